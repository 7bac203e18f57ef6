"""The made-up projects. All of it is invented; nothing is taken from a real session."""

from cctop.demo.cast.frontends import DOCS, MOBILE, SHOP
from cctop.demo.cast.project import Change, Command, Project
from cctop.demo.cast.services import API, BILLING, ETL, INFRA

__all__ = [
    "API",
    "BILLING",
    "DOCS",
    "ETL",
    "INFRA",
    "MOBILE",
    "SHOP",
    "Change",
    "Command",
    "Project",
]
