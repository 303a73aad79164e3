# SPDX-License-Identifier: Apache-2.0
"""An OAuth 2.0 authorisation server and OpenID provider for tests: `python auth_server.py`.

It stands where a Matrix Authentication Service stands: Synapse asks it about tokens and hears from it about sessions.
For Synapse's SSO the same program is the OpenID provider. It answers as that service does where the product could
notice; whom a page is about, the stand-in for a browser says in the form.

Standard input is the life line: when it ends, so does the server. The first line of standard output is the port. The
homeserver, which starts later, is told through `/test/homeserver`; all of `/test/` is for tests alone.
"""

import json
import os
import threading
import time
import urllib.error
import urllib.request
import warnings
from urllib.parse import urlsplit

warnings.simplefilter("ignore")

from authlib.common.security import generate_token
from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7591 import ClientMetadataClaims, ClientRegistrationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint, DeviceCodeGrant, DeviceCredentialMixin
from authlib.oidc.core import UserInfo, UserInfoEndpoint
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, request
from joserfc.errors import InvalidClaimError
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import WSGIRequestHandler, make_server

SECRET = os.environ["KEYWARD_TEST_SECRET"]
CODE, REFRESH, DEVICE = "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"
DEVICE_SCOPES = ("urn:matrix:client:device:", "urn:matrix:org.matrix.msc2967.client:device:")
# Longer than any test. Those that are about it make it short.
ACCESS_TOKEN_SECONDS = 3600
KEY = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": "test"})

lock = threading.RLock()
clients, codes, tokens, devices, homeserver = {}, {}, [], {}, {}
# What a test wants otherwise for one user, by localpart: `seconds` of an access token, `too_many` sessions.
wishes = {}


def ask_synapse(name, **body):
    address = f"{homeserver['url']}/_synapse/mas/{name}"
    headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": "application/json"}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(address, json.dumps(body).encode(), headers)) as reply:
        reply.read()


def wish(user, name, otherwise=None):
    return wishes.get(user, {}).get(name, otherwise)


# What is stored. ----------------------------------------------------------------------------------------------------


class Client(ClientMixin):
    def __init__(self, info, metadata):
        self.info, self.metadata = info, metadata

    def get_client_id(self):
        return self.info["client_id"]

    def get_default_redirect_uri(self):
        return (self.metadata.get("redirect_uris") or [None])[0]

    def get_allowed_scope(self, scope):
        return scope or ""

    def check_redirect_uri(self, uri):
        def key(text):
            # A program of this machine is registered without its port and gets any (RFC 8252, 7.3).
            parts = urlsplit(text)
            is_local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
            return parts.scheme, parts.hostname if is_local else parts.netloc, parts.path or "/", parts.query

        return any(key(uri) == key(registered) for registered in self.metadata.get("redirect_uris") or [])

    def check_client_secret(self, secret):
        return self.info.get("client_secret") == secret

    def check_endpoint_auth_method(self, method, endpoint):
        return method == self.metadata.get("token_endpoint_auth_method", "client_secret_basic")

    def check_response_type(self, response_type):
        return response_type in self.metadata.get("response_types", ["code"])

    def check_grant_type(self, grant_type):
        return grant_type in self.metadata.get("grant_types", [CODE])


class Code(AuthorizationCodeMixin):
    def __init__(self, code, asked):
        data = asked.payload.data
        self.code, self.client_id, self.user = code, asked.client.get_client_id(), asked.user
        self.redirect_uri, self.scope, self.nonce = asked.payload.redirect_uri, asked.scope, data.get("nonce")
        self.code_challenge, self.code_challenge_method = data.get("code_challenge"), data.get("code_challenge_method")
        self.auth_time = int(time.time())

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return self.auth_time

    def get_acr(self):
        return None

    def get_amr(self):
        return None


class Token(TokenMixin):
    refresh_token = None

    def __init__(self, token, user, client):
        self.__dict__.update(token)
        self.user, self.client, self.issued_at = user, client, time.time()
        self.revoked = self.used = False
        self.next = None

    @property
    def device_id(self):
        for scope in self.scope.split():
            for prefix in DEVICE_SCOPES:
                if scope.startswith(prefix):
                    return scope[len(prefix) :]

    def check_client(self, client):
        return self.client.get_client_id() == client.get_client_id()

    def get_scope(self):
        return self.scope

    def get_expires_in(self):
        return self.expires_in

    def is_expired(self):
        return time.time() > self.issued_at + self.expires_in

    def is_revoked(self):
        return self.revoked

    def get_user(self):
        return self.user

    def get_client(self):
        return self.client


class Device(DeviceCredentialMixin):
    def __init__(self, client_id, scope, data):
        self.client_id, self.scope, self.data, self.at, self.grant = client_id, scope, data, time.time(), None

    def get_client_id(self):
        return self.client_id

    def get_scope(self):
        return self.scope

    def get_user_code(self):
        return self.data["user_code"]

    def is_expired(self):
        return time.time() > self.at + self.data["expires_in"]


def save_token(token, asked):
    token["expires_in"] = wish(asked.user, "seconds", token["expires_in"])
    new = Token(token, asked.user, asked.client)
    old = getattr(asked, "refresh_token", None)
    if isinstance(old, Token):
        old.next = new
    elif new.device_id:
        # Before the reply: Synapse refuses a token whose device it does not know, and remembers that for two minutes.
        ask_synapse("provision_user", localpart=asked.user)
        ask_synapse("upsert_device", localpart=asked.user, device_id=new.device_id, display_name="Made by the server")
    tokens.append(new)


def end_session(user, device_id):
    for token in tokens:
        if token.user == user and token.device_id == device_id:
            token.revoked = True
    if device_id:
        ask_synapse("delete_device", localpart=user, device_id=device_id)


# The protocol, by authlib. ------------------------------------------------------------------------------------------


class MatrixClientMetadata(ClientMetadataClaims):
    """authlib wants a host in every URI; Matrix's native clients may have com.example.app:/callback."""

    def validate_redirect_uris(self):
        host = (urlsplit(self.get("client_uri") or "").hostname or "").split(".")
        for uri in self.get("redirect_uris") or []:
            parts = urlsplit(uri)
            if parts.scheme in ("http", "https"):
                self._validate_uri("redirect_uris", uri)
            elif parts.fragment or parts.netloc or parts.scheme.split(".")[: len(host)] != host[::-1]:
                raise InvalidClaimError("redirect_uris")


class CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["none", "client_secret_basic", "client_secret_post"]

    def save_authorization_code(self, code, asked):
        codes[code] = Code(code, asked)

    def query_authorization_code(self, code, client):
        found = codes.get(code)
        return found if found and found.client_id == client.get_client_id() else None

    def delete_authorization_code(self, code):
        codes.pop(code.code, None)

    def authenticate_user(self, code):
        return code.user


class OpenID(OpenIDCode):
    def exists_nonce(self, nonce, asked):
        # A copy, as below: another thread may add one meanwhile.
        return any(code.nonce == nonce for code in list(codes.values()))

    def resolve_client_private_key(self, client):
        return KEY

    def get_client_algorithm(self, client):
        return "RS256"

    def get_client_claims(self, client):
        return {"iss": metadata()["issuer"]}

    def get_encode_header(self, client):
        return {"alg": "RS256", "kid": "test"}

    def generate_user_info(self, user, scope):
        return UserInfo(sub=user, preferred_username=user)


class RefreshGrant(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["none", "client_secret_basic"]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token):
        for token in tokens:
            if token.refresh_token == refresh_token and not token.revoked:
                # An old refresh token works until its successor was used: the reply with it may be lost.
                if token.next and (token.next.used or token.next.next):
                    return None
                if token.next:
                    token.next.revoked = True
                return token
        return None

    def authenticate_user(self, token):
        return token.user

    def revoke_old_credential(self, token):
        token.expires_in = 0


class DeviceGrant(DeviceCodeGrant):
    def query_device_credential(self, code):
        return devices.get(code)

    def query_user_grant(self, user_code):
        return next((device.grant for device in list(devices.values()) if device.get_user_code() == user_code), None)

    def should_slow_down(self, credential):
        # Once for each device code, so that whoever does not slow down is seen.
        first = not getattr(credential, "slowed", False)
        credential.slowed = True
        return first


class DeviceEndpoint(DeviceAuthorizationEndpoint):
    EXPIRES_IN, INTERVAL = 1200, 1

    def get_verification_uri(self):
        return metadata()["issuer"] + "link"

    def save_device_credential(self, client_id, scope, data):
        del data["verification_uri_complete"]
        data["expires_in"] = wish("anybody", "device_code_seconds", data["expires_in"])
        devices[data["device_code"]] = Device(client_id, scope, data)


class Registration(ClientRegistrationEndpoint):
    def authenticate_token(self, asked):
        # Everybody may register, as Matrix wants it.
        return True

    def get_server_metadata(self):
        return metadata()

    def generate_client_info(self, asked):
        return {"client_id": generate_token(24), "client_id_issued_at": int(time.time())}

    def save_client(self, info, client_metadata, asked):
        clients[info["client_id"]] = client = Client(info, client_metadata)
        return client


class Introspection(IntrospectionEndpoint):
    CLIENT_AUTH_METHODS = ["shared_secret"]

    def query_token(self, token, hint):
        return next((known for known in tokens if known.access_token == token), None)

    def check_permission(self, token, client, asked):
        return True

    def introspect_token(self, token):
        token.used = True
        return {
            "active": True,
            "scope": token.scope,
            "client_id": token.client.get_client_id(),
            "username": token.user,
            "token_type": "access_token",
            "sub": "sub-" + token.user,
            "expires_in": max(1, int(token.issued_at + token.expires_in - time.time())),
        }


class Revocation(RevocationEndpoint):
    CLIENT_AUTH_METHODS = ["none", "client_secret_basic"]

    def query_token(self, token, hint):
        for known in tokens:
            # An access token that has expired is not found, which is answered with 200 and ends nothing.
            if token == known.refresh_token or token == known.access_token and not known.is_expired():
                return known
        return None

    def revoke_token(self, token, asked):
        if not wish(token.user, "keeps_sessions"):
            end_session(token.user, token.device_id)


class Validator(BearerTokenValidator):
    def authenticate_token(self, token):
        return next((known for known in tokens if known.access_token == token), None)


class Info(UserInfoEndpoint):
    def get_issuer(self):
        return metadata()["issuer"]

    def generate_user_info(self, user, scope):
        return UserInfo(sub=user, preferred_username=user)

    def resolve_private_key(self):
        return KeySet([KEY])


def metadata():
    issuer = f"http://127.0.0.1:{port}/"
    return {
        "issuer": issuer,
        "authorization_endpoint": issuer + "authorize",
        "token_endpoint": issuer + "oauth2/token",
        "registration_endpoint": issuer + "oauth2/registration",
        "revocation_endpoint": issuer + "oauth2/revoke",
        "introspection_endpoint": issuer + "oauth2/introspect",
        "device_authorization_endpoint": issuer + "oauth2/device",
        "userinfo_endpoint": issuer + "oauth2/userinfo",
        "jwks_uri": issuer + "oauth2/keys.json",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment"],
        "grant_types_supported": [CODE, REFRESH, DEVICE],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid"],
        "prompt_values_supported": ["login", "create"],
        "account_management_uri": issuer + "account/",
        "account_management_actions_supported": [
            "org.matrix.profile",
            "org.matrix.devices_list",
            "org.matrix.device_view",
            "org.matrix.device_delete",
            "org.matrix.cross_signing_reset",
            "org.matrix.sessions_list",
            "org.matrix.session_view",
            "org.matrix.session_end",
        ],
    }


app = Flask(__name__)
app.config.update(
    OAUTH2_REFRESH_TOKEN_GENERATOR=True,
    OAUTH2_TOKEN_EXPIRES_IN={grant: ACCESS_TOKEN_SECONDS for grant in (CODE, REFRESH, DEVICE)},
)
server = AuthorizationServer(app, query_client=clients.get, save_token=save_token)
server.register_grant(CodeGrant, [OpenID(), CodeChallenge(required=True)])
server.register_grant(RefreshGrant)
server.register_grant(DeviceGrant)
server.register_endpoint(DeviceEndpoint)
server.register_endpoint(Registration(claims_classes=[MatrixClientMetadata]))
server.register_endpoint(Introspection)
server.register_endpoint(Revocation)
protector = ResourceProtector()
protector.register_token_validator(Validator())
server.register_endpoint(Info(resource_protector=protector))
HOMESERVER = Client({"client_id": "homeserver"}, {"token_endpoint_auth_method": "shared_secret"})
server.register_client_auth_method(
    "shared_secret",
    lambda query, asked: HOMESERVER if asked.headers.get("Authorization") == f"Bearer {SECRET}" else None,
)

app.get("/oauth2/keys.json")(lambda: KeySet([KEY]).as_dict(private=False))
app.get("/.well-known/openid-configuration")(metadata)


@app.post("/oauth2/registration")
def registration():
    return server.create_endpoint_response("client_registration")


@app.post("/oauth2/token")
def token():
    with lock:
        reply = server.create_token_response()
    # The service answers these with 403 where the standard has 400.
    if reply.status_code == 400 and reply.json["error"] in ("authorization_pending", "access_denied", "expired_token"):
        reply.status_code = 403
    return reply


@app.post("/oauth2/device")
def device():
    return server.create_endpoint_response("device_authorization")


@app.post("/oauth2/introspect")
def introspect():
    return server.create_endpoint_response("introspection")


@app.post("/oauth2/revoke")
def revoke():
    with lock:
        return server.create_endpoint_response("revocation")


@app.route("/oauth2/userinfo", methods=["GET", "POST"])
def userinfo():
    return server.create_endpoint_response("userinfo")


# The pages. ---------------------------------------------------------------------------------------------------------

PAGE = "<!doctype html><title>Test account</title>"


@app.route("/authorize", methods=["GET", "POST"])
def authorize():
    user = request.form.get("username")
    try:
        grant = server.get_consent_grant(end_user=user)
    except OAuth2Error as error:
        return dict(error.get_body()), 400
    if request.method == "GET":
        return PAGE + (
            "<form method=post><input name=username><button name=do value=allow>Allow</button>"
            "<button name=do value=deny>Cancel</button></form>"
        )
    if wish(user, "too_many"):
        return PAGE + "You have too many sessions. Sign one out first.", 403
    allowed = request.form.get("do") == "allow"
    return server.create_authorization_response(grant_user=user if allowed else None, grant=grant)


@app.route("/link", methods=["GET", "POST"])
def link():
    code = request.values.get("user_code", "")
    found = next((device for device in list(devices.values()) if device.get_user_code() == code), None)
    if request.method == "GET":
        return PAGE + "<form method=post><input name=user_code><input name=username><button name=do value=allow>"
    if not found:
        return PAGE + "Unknown code", 404
    found.grant = (request.form["username"], request.form.get("do") == "allow")
    return PAGE + "Done"


@app.route("/account/", methods=["GET", "POST"])
def account():
    action = request.values.get("action")
    if request.method == "GET":
        return PAGE + f"<form method=post><input name=username><button>{action}</button></form>"
    user = request.form["username"]
    if action == "org.matrix.cross_signing_reset":
        ask_synapse("allow_cross_signing_reset", localpart=user)
    elif action in ("org.matrix.device_delete", "org.matrix.session_end"):
        end_session(user, request.values["device_id"])
    else:
        return PAGE + "Unknown action", 404
    return PAGE + "Done"


# What a reverse proxy sends here instead of to the homeserver: logins as they were before OAuth. ---------------------


@app.get("/_matrix/client/<version>/login")
def old_login(version):
    sso = {"type": "m.login.sso", "oauth_aware_preferred": True, "org.matrix.msc3824.delegated_oidc_compatibility": True}
    return {"flows": [sso, {"type": "m.login.token"}]}


@app.post("/_matrix/client/<version>/logout")
@app.post("/_matrix/client/<version>/refresh")
def old_session(version):
    return {"errcode": "M_UNKNOWN_TOKEN", "error": "Unrecognised access token", "soft_logout": False}, 401


# For tests alone. ---------------------------------------------------------------------------------------------------


@app.post("/test/homeserver")
def set_homeserver():
    homeserver["url"] = request.json["url"].rstrip("/")
    # For Synapse as an OpenID client.
    clients["synapse"] = Client(
        {"client_id": "synapse", "client_secret": SECRET},
        {
            "redirect_uris": [homeserver["url"] + "/_synapse/client/oidc/callback"],
            "grant_types": [CODE],
            "token_endpoint_auth_method": "client_secret_basic",
            "response_types": ["code"],
        },
    )
    return {}


@app.post("/test/wish")
def set_wish():
    wishes.setdefault(request.json.pop("user"), {}).update(request.json)
    return {}


@app.post("/test/expire")
def expire():
    """Every access token of the user is over, as after a night."""
    for token in tokens:
        if token.user == request.json["user"]:
            token.expires_in = 0
    return {}


@app.post("/test/end")
def end():
    end_session(request.json["user"], request.json["device_id"])
    return {}


@app.get("/test/sessions/<user>")
def sessions(user):
    return {"devices": sorted({token.device_id for token in tokens if token.user == user and not token.revoked})}


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *_):
        pass


def end_with_parent():
    while os.read(0, 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    http = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    port = http.server_port
    print(port, flush=True)
    http.serve_forever()
