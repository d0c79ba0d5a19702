// What stands above every page: signing in again, loaded when it is first needed.
import { Outlet } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useSyncExternalStore } from "react";
import { keeper } from "#console/data/api.ts";

const SignInAgain = lazy(() => import("#console/sign/again.tsx").then((part) => ({ default: part.SignInAgain })));

export function Root(): ReactNode {
  const isAsking = useSyncExternalStore(keeper.subscribe, keeper.isAsking);
  return (
    <>
      <Outlet />
      {isAsking && (
        <Suspense>
          <SignInAgain />
        </Suspense>
      )}
    </>
  );
}
