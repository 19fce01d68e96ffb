"""People and keys of one's own tenant over HTTP, for administrators."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from i18n.locale import LOCALES
from tenants.people import service
from tenants.people.person import User
from tenants.principal import Role
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

users = Blueprint("users", __name__, url_prefix="/users", description="People and their roles.")
api_keys = Blueprint("api_keys", __name__, url_prefix="/api-keys", description="Keys of programs.")


class RoleSchema(Schema):
    """A role, and the one party of a portal user."""

    role = fields.Enum(Role, by_value=True, required=True)
    party_id = fields.UUID(load_default=None, allow_none=True)


class UserSchema(RoleSchema):
    """A person; the password goes in and never comes out."""

    id = fields.UUID(dump_only=True)
    email = fields.String(required=True, validate=validate.Length(max=255))
    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    language = fields.String(load_default="en", validate=validate.OneOf(LOCALES))
    password = fields.String(required=True, load_only=True)
    is_active = fields.Boolean(dump_only=True)


class ApiKeySchema(RoleSchema):
    """A key; `key` is shown in the answer that makes it and never again."""

    id = fields.UUID(dump_only=True)
    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    user_id = fields.UUID(load_default=None, allow_none=True)
    expires_at = fields.AwareDateTime(load_default=None, allow_none=True)
    last_four = fields.String(dump_only=True)
    created_at = fields.AwareDateTime(dump_only=True)
    revoked_at = fields.AwareDateTime(dump_only=True)
    key = fields.String(dump_only=True)


@users.get("")
@requires("people:read")
@users.response(200, UserSchema(many=True))
def list_users() -> list[User]:
    """All people of the tenant."""
    return service.users(g.session)


@users.post("")
@requires("people:write")
@users.response(201, UserSchema)
@users.arguments(UserSchema)
def create_user(body: dict[str, Any]) -> User:
    """Create a person."""
    return service.create_user(g.session, **body)


@users.put("/<uuid:user_id>/role")
@requires("people:write")
@users.response(200, UserSchema)
@users.arguments(RoleSchema)
def change_role(body: dict[str, Any], user_id: UUID) -> User:
    """Give a person another role, from the next request on."""
    return service.change_role(g.session, user_id, **body)


@users.post("/<uuid:user_id>/deactivation")
@requires("people:write")
@users.response(204)
def deactivate(user_id: UUID) -> None:
    """Let a person in no longer."""
    service.deactivate(g.session, user_id)


@api_keys.get("")
@requires("people:read")
@api_keys.response(200, ApiKeySchema(many=True))
def list_api_keys() -> list[service.ApiKey]:
    """All keys, without their secrets."""
    return service.api_keys(g.session)


@api_keys.post("")
@requires("people:write")
@api_keys.response(201, ApiKeySchema)
@api_keys.arguments(ApiKeySchema)
def issue_api_key(body: dict[str, Any]) -> dict[str, str]:
    """Make a key. Keep the answer: the key is not shown again."""
    return {"key": service.issue_api_key(g.session, g.caller.tenant_code, **body)}


@api_keys.post("/<uuid:key_id>/revocation")
@requires("people:write")
@api_keys.response(204)
def revoke_api_key(key_id: UUID) -> None:
    """End a key."""
    service.revoke_api_key(g.session, key_id)
