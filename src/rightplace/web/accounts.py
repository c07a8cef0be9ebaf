"""Routes of who manages accounts: made, granted roles, closed; codes of break-glass."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.accounts.listing import list_accounts, read_account
from rightplace.app.accounts.managing import Administration
from rightplace.errors import BadInputError, NotHeldError, RightplaceError
from rightplace.powers.ranks import Rank, RankFact, RankKind
from rightplace.records.accounts.allowed import Scope
from rightplace.records.accounts.granting import GrantWanted
from rightplace.records.accounts.people import NewAccount
from rightplace.records.accounts.roles import Permission, Role
from rightplace.web.pages import render
from rightplace.web.sessions import session_of
from rightplace.web.typed import Typed, failed_form, new_form, sent_fields

if TYPE_CHECKING:
    from collections.abc import Callable

router = APIRouter(default_response_class=Response)


@router.get("/accounts")
def accounts(
    request: Request,
    search: Annotated[str, Query(max_length=100)] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """Show the accounts, with the form to make one."""
    session_of(request)
    return _list(request, new_form(request), search=search, page=page)


def _list(
    request: Request, form: Typed, *, search: str = "", page: int = 1, status: int = 200
) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    database, at = desk.shelf.database, desk.now()
    shown = list_accounts(database, session.person, search=search, page=page, at=at)
    manages = session.person.may(Permission.MANAGE_ACCOUNTS)
    return render(
        request,
        "accounts.html.j2",
        status=status,
        page=shown,
        form=form,
        manages=manages,
        here="accounts",
    )


@router.post("/accounts")
async def make(request: Request) -> Response:
    """Make an account and show its first password, once."""
    return await run_in_threadpool(_make, request, await sent_fields(request))


def _make(request: Request, fields: dict[str, str]) -> Response:
    acting = _administration(request)
    acting.person.check(Permission.MANAGE_ACCOUNTS)
    try:
        new = NewAccount(
            user_name=fields.get("user_name", ""),
            display_name=fields.get("display_name", ""),
            family_name=fields.get("family_name", ""),
        )
        account_id, password = acting.make(new)
    except RightplaceError as error:
        form = failed_form(fields, error, at_field="user_name")
        return _list(request, form, status=422)
    return _secret(
        request,
        title="The account is made",
        words=f"First password of {new.user_name}, to be changed at the first sign-in",
        secret=password,
        back=f"/accounts/{quote(account_id)}",
    )


def _administration(request: Request) -> Administration:
    desk, session = request.app.state.desk, session_of(request)
    return Administration(
        database=desk.shelf.database,
        person=session.person,
        at=desk.now(),
        settings=desk.accounts,
    )


def _secret(request: Request, *, title: str, words: str, secret: str, back: str) -> Response:
    """Show something secret once: it is in no address, and no browser keeps the page."""
    return render(
        request,
        "secret.html.j2",
        title=title,
        words=words,
        secret=secret,
        back=back,
        here="accounts",
    )


@router.get("/accounts/{account_id}")
def account(request: Request, account_id: str) -> Response:
    """Show one account with the forms to change it."""
    session_of(request)
    return _account(request, account_id, new_form(request))


def _account(request: Request, account_id: str, form: Typed, *, status: int = 200) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    at = desk.now()
    shown = read_account(desk.shelf.database, session.person, account_id, at=at)
    until = at + timedelta(days=desk.accounts.grants.longest_days)
    return render(
        request,
        "account_of.html.j2",
        status=status,
        page=shown,
        form=form,
        roles=[each.value for each in Role],
        ranks=[each.value for each in Rank],
        kinds=[each.value for each in RankKind],
        areas=desk.shelf.area_names(),
        today=at.date().isoformat(),
        longest=until.date().isoformat(),
        manages=session.person.may(Permission.MANAGE_ACCOUNTS),
        approves=session.person.may(Permission.APPROVE_GRANTS),
        here="accounts",
    )


@router.post("/accounts/{account_id}/{act}")
async def change(request: Request, account_id: str, act: str) -> Response:
    """Change an account, and show it again."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_change, request, account_id, act, fields)


def _change(request: Request, account_id: str, act: str, fields: dict[str, str]) -> Response:
    """Do one act to an account.

    Raises
    ------
    BadInputError
        If there is no such act.
    NotHeldError
        If there is no such account, grant or rank.
    """
    acting = _administration(request)
    acting.person.check(
        Permission.APPROVE_GRANTS if act == "approve" else Permission.MANAGE_ACCOUNTS
    )
    if act == "password":
        return _secret(
            request,
            title="The password is reset",
            words="Password for the next sign-in, to be changed then",
            secret=acting.reset_password(account_id),
            back=f"/accounts/{quote(account_id)}",
        )
    done = _acts(acting, account_id, fields).get(act)
    if done is None:
        msg = f"Nothing is done to an account by {act!r}."
        raise BadInputError(msg, value=act, remedy="Use the page of the account.")
    try:
        done()
    except NotHeldError:
        raise
    except RightplaceError as error:
        return _account(request, account_id, failed_form(fields, error, at_field=act), status=422)
    return RedirectResponse(f"/accounts/{quote(account_id)}", status_code=303)


def _acts(
    acting: Administration, account_id: str, fields: dict[str, str]
) -> dict[str, Callable[[], object]]:
    """Return what each address below an account does."""
    return {
        "codes": lambda: acting.remove_codes(account_id),
        "leave": lambda: acting.let_leave(account_id, reason=fields.get("reason", "")),
        "grant": lambda: acting.grant(account_id, _grant_of(fields)),
        "approve": lambda: acting.approve(account_id, fields.get("id", "")),
        "end-grant": lambda: acting.end_grant(account_id, fields.get("id", "")),
        "rank": lambda: acting.record_rank(account_id, _rank_of(fields)),
        "end-rank": lambda: acting.end_rank(account_id, fields.get("id", "")),
    }


def _grant_of(fields: dict[str, str]) -> GrantWanted:
    """Return the grant that a form asks for; its last day counts whole.

    Raises
    ------
    BadInputError
        If there is no such role, or area of that kind.
    """
    kind, _, area = fields.get("area", "").partition(":")
    try:
        role, scope = Role(fields.get("role", "")), Scope(kind or "everywhere")
    except ValueError as error:
        msg = "There is no such role or area."
        raise BadInputError(msg, remedy="Choose both from the lists.") from error
    return GrantWanted(
        role=role,
        scope=scope,
        area=area,
        from_at=_day(fields.get("from", ""), what="The first day"),
        until_at=_day(fields.get("until", ""), what="The last day") + timedelta(days=1),
        reason=fields.get("reason", ""),
    )


def _rank_of(fields: dict[str, str]) -> RankFact:
    """Return the rank that a form tells of.

    Raises
    ------
    BadInputError
        If there is no such rank.
    """
    try:
        rank, kind = Rank(fields.get("rank", "")), RankKind(fields.get("kind", ""))
    except ValueError as error:
        msg = "There is no such rank."
        raise BadInputError(msg, remedy="Choose it from the list.") from error
    until = fields.get("until", "")
    return RankFact(
        rank=rank,
        kind=kind,
        from_at=_day(fields.get("from", ""), what="The first day"),
        until_at=_day(until, what="The last day") + timedelta(days=1) if until else None,
        source=fields.get("source", ""),
    )


def _day(text: str, *, what: str) -> datetime:
    """Return the start of a day in UTC.

    Raises
    ------
    BadInputError
        If it is no day.
    """
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        msg = f"{what} is not a day."
        raise BadInputError(msg, value=text, remedy="Give it as 2026-05-31.") from error


@router.get("/break-glass")
def break_glass(request: Request) -> Response:
    """Show the codes that can still be used, with the forms to make some."""
    session_of(request)
    return _break_glass(request, new_form(request))


def _break_glass(request: Request, form: Typed, *, status: int = 200) -> Response:
    acting = _administration(request)
    seals = acting.person.may(Permission.SEAL_CODES)
    if not seals:
        acting.person.check(Permission.APPROVE_BREAK_GLASS)
    return render(
        request,
        "break_glass_codes.html.j2",
        status=status,
        form=form,
        codes=acting.usable_codes() if seals else (),
        seals=seals,
        approves=acting.person.may(Permission.APPROVE_BREAK_GLASS),
        minutes=acting.settings.sessions.approved_code_minutes,
        days=acting.settings.sessions.sealed_code_days,
        here="break-glass",
    )


@router.post("/break-glass/{act}")
async def change_codes(request: Request, act: str) -> Response:
    """Seal, approve or withdraw a code of break-glass."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_change_codes, request, act, fields)


def _change_codes(request: Request, act: str, fields: dict[str, str]) -> Response:
    """Do one act to the codes.

    Raises
    ------
    BadInputError
        If there is no such act.
    """
    acting = _administration(request)
    acts: dict[str, tuple[Permission, Callable[[], str | None]]] = {
        "seal": (Permission.SEAL_CODES, lambda: acting.seal(fields.get("label", ""))),
        "withdraw": (Permission.SEAL_CODES, lambda: acting.withdraw(fields.get("id", ""))),
        "approve": (
            Permission.APPROVE_BREAK_GLASS,
            lambda: acting.approve_break_glass(
                fields.get("user_name", ""), reason=fields.get("reason", "")
            ),
        ),
    }
    if act not in acts:
        msg = f"Nothing is done to codes by {act!r}."
        raise BadInputError(msg, value=act, remedy="Use the page of break-glass.")
    needed, done = acts[act]
    acting.person.check(needed)
    try:
        code = done()
    except RightplaceError as error:
        return _break_glass(request, failed_form(fields, error, at_field=act), status=422)
    if code is None:
        return RedirectResponse("/break-glass", status_code=303)
    words = {
        "seal": f"Write it down for the envelope {fields.get('label', '')!r} and seal it",
        "approve": f"Tell it to {fields.get('user_name', '')}, whom you know by voice or face",
    }[act]
    return _secret(request, title="The code", words=words, secret=code, back="/break-glass")
