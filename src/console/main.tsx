// The console's start: languages, data, pages.
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./style/token.css";
import "./style/base.css";
import "./style/frame.css";
import "./style/part.css";
import { queries } from "./data/api.ts";
import { router } from "./router.tsx";
import { applyTheme, keptTheme } from "./shell/theme.ts";
import { SpeechOf } from "./text/speech.tsx";

applyTheme(keptTheme());
const root = document.getElementById("root");
if (root === null) throw new Error("The page has no element with the id root");
createRoot(root).render(
  <StrictMode>
    <SpeechOf>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </SpeechOf>
  </StrictMode>,
);
