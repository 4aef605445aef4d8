"""Installs, removes and tries the extension inside LibreOffice: a JSON request as argument, a JSON answer on stdout."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import uno
import unohelper
from com.sun.star.beans import PropertyValue
from com.sun.star.task import XInteractionHandler
from com.sun.star.ucb import XCommandEnvironment
from com.sun.star.uno import Exception as UnoException
from session import AlreadyOpen, NotStarted, office, service

_APPROVE = uno.getTypeByName("com.sun.star.task.XInteractionApprove")


class Approving(unohelper.Base, XCommandEnvironment, XInteractionHandler):
    """Says yes to what the extension manager asks: install, replace the older version."""

    def getInteractionHandler(self):  # noqa: D102, N802
        return self

    def getProgressHandler(self):  # noqa: D102, N802
        return None

    def handle(self, request):  # noqa: D102
        for answer in request.getContinuations():
            if answer.queryInterface(_APPROVE) is not None:
                answer.select()
                return


def installed(manager, identifier):
    """The user's own extensions of this name."""
    found = manager.getDeployedExtensions("user", manager.createAbortChannel(), None)
    return [it for it in found if it.getIdentifier().Value == identifier]


def manage(request):
    """Carry the request out and tell what was done."""
    answer = {"removed": False, "shown": None}
    with office(request["soffice"], request["profile"]) as context:
        manager = context.getValueByName("/singletons/com.sun.star.deployment.ExtensionManager")
        for old in installed(manager, request["identifier"]):
            manager.removeExtension(request["identifier"], old.getName(), "user", None, Approving())
            answer["removed"] = True
        if request["file"]:
            manager.addExtension(request["file"], (), "user", None, Approving())
    if request["formula"]:
        with office(request["soffice"], request["profile"]) as context:
            answer["shown"] = shown(context, request["formula"])
    return answer


def shown(context, formula):
    """What a new sheet shows for a formula."""
    hidden = PropertyValue("Hidden", 0, True, 0)
    desktop = service(context, "com.sun.star.frame.Desktop")
    document = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (hidden,))
    if document is None:
        return None
    try:
        cell = document.Sheets.getByIndex(0).getCellByPosition(0, 0)
        cell.setFormula(formula)
        return cell.getString() if cell.getError() else cell.getValue()
    finally:
        document.close(True)


def refusal(message):
    """What LibreOffice says; an error of the Python inside it, which it passes on as its own, tells a user nothing."""
    if "Traceback" in message or "traceback" in message:
        return {"failed": "error.python"}
    return {"failed": "error.refused", "why": (message.splitlines() or ["UNO"])[0]}


def main():
    """Answer, or name the failure; a traceback is for nobody."""
    try:
        answer = manage(json.loads(sys.argv[1]))
    except AlreadyOpen:
        answer = {"failed": "error.open"}
    except NotStarted as error:
        answer = {"failed": "error.not_started", "why": str(error)}
    except UnoException as error:
        answer = refusal(str(error))
    except Exception:
        answer = {"failed": "error.python"}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
