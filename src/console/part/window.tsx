// A window above the page, for one thing to do.
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Button, Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useSay } from "#console/text/say.ts";

interface WindowProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Window({ title, isOpen, onClose, children }: WindowProps): ReactNode {
  const say = useSay();
  return (
    <ModalOverlay className="overlay" isOpen={isOpen} isDismissable onOpenChange={(open) => !open && onClose()}>
      <Modal className="window">
        <Dialog>
          <header>
            <Heading slot="title">{title}</Heading>
            <Button className="icon-button" aria-label={say("window.close")} onPress={onClose}>
              <X aria-hidden size={18} />
            </Button>
          </header>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
