"""The names that moved to `view` and `fault`, for policies that are being written while they move."""

from stanchion.worlds.fault import Fault as Report
from stanchion.worlds.fault import Step
from stanchion.worlds.view import DecidedResource
from stanchion.worlds.view import GraphView as Estate

__all__ = ["DecidedResource", "Estate", "Report", "Step"]
