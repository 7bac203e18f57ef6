"""Who plays in the demo's day."""

from cctop.demo.roles.ended import API_FORK, EARLIER, INFRA, NOTES, SHOP_MORNING
from cctop.demo.roles.opened import (
    API_AFTERNOON,
    API_MORNING,
    API_NEXT,
    API_NOW,
    BILLING,
    BILLING_NOW,
    DOCS,
    DOCS_NEXT,
    ETL,
    ETL_NEXT,
    MOBILE,
    POD_INSTALL,
    SHOP,
    SHOP_NOW,
)
from cctop.demo.roles.role import Request, Role

__all__ = [
    "API_AFTERNOON",
    "API_FORK",
    "API_MORNING",
    "API_NEXT",
    "API_NOW",
    "BILLING",
    "BILLING_NOW",
    "DOCS",
    "DOCS_NEXT",
    "EARLIER",
    "ETL",
    "ETL_NEXT",
    "INFRA",
    "MOBILE",
    "NOTES",
    "POD_INSTALL",
    "SHOP",
    "SHOP_MORNING",
    "SHOP_NOW",
    "Request",
    "Role",
]
