"""A LibreOffice of our own, without windows, started and ended by this script; never one that the user has open."""

import contextlib
import subprocess
import time
import uuid

import uno

_WAIT_SECONDS = 60


class AlreadyOpen(Exception):  # noqa: N818
    """A LibreOffice with this profile is open; it would take our commands, and be closed by us."""


class NotStarted(Exception):  # noqa: N818
    """LibreOffice did not start."""


@contextlib.contextmanager
def office(soffice, profile=None):
    """A started LibreOffice's component context; ended when the caller is done. `profile` is a folder's URL."""
    pipe = "kpi" + uuid.uuid4().hex
    command = [soffice, "--headless", "--norestore", "--nologo", "--nodefault", "--nofirststartwizard"]
    command.append("--accept=pipe,name={};urp".format(pipe))  # noqa: UP032
    if profile:
        command.append("-env:UserInstallation=" + profile)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    context = None
    try:
        context = _connected(pipe, process)
        yield context
    finally:
        if context is not None:
            with contextlib.suppress(Exception):  # it may be gone before it has answered
                service(context, "com.sun.star.frame.Desktop").terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_WAIT_SECONDS)
        if process.poll() is None:
            process.kill()


def service(context, name):
    """A service of LibreOffice."""
    return context.ServiceManager.createInstanceWithContext(name, context)


def _connected(pipe, process):
    local = uno.getComponentContext()
    resolver = service(local, "com.sun.star.bridge.UnoUrlResolver")
    until = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:  # an open LibreOffice has taken over, or it failed
            raise AlreadyOpen if process.returncode == 0 else NotStarted(process.returncode)
        try:
            context = resolver.resolve("uno:pipe,name={};urp;StarOffice.ComponentContext".format(pipe))  # noqa: UP032
        except Exception:
            time.sleep(0.05)
            continue
        return context
    raise NotStarted(_WAIT_SECONDS)
