"""Where xlwings Server looks for functions: all of addin.functions, in the language of the service."""

from addin.hosts.server.worksheet import offered

globals().update(offered())
