import stat

import pytest

from dwibahasa.web import create_app, security


def test_post_without_token_is_refused_and_keeps_the_text(app, library):
    answer = app.test_client().post("/articles", data={"text": "Satu dua tiga."})
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "send it again now" in shown
    assert "Satu dua tiga.</textarea>" in shown
    assert library.articles() == []


@pytest.mark.parametrize("action", ["delete", "restore", "retry"])
def test_no_action_without_token(app, translated, library, action):
    article_id = translated("Satu dua tiga.")
    answer = app.test_client().post(f"/articles/{article_id}/{action}")
    assert answer.status_code == 400
    assert len(library.articles()) == 1


def test_token_of_another_session_is_refused(app, client, library):
    page = client.get("/").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    stranger = app.test_client()
    stranger.get("/")
    answer = stranger.post("/articles", data={"text": "Satu.", "csrf_token": token})
    assert answer.status_code == 400
    assert library.articles() == []


@pytest.mark.parametrize(
    "path", ["/", "/health", "/nowhere", "/static/reading.css", "/articles/1/events"]
)
def test_every_answer_says_what_a_page_may_do(client, translated, path):
    translated("Satu dua.")
    with client.get(path) as answer:
        pass
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self';"
        " img-src 'self' data:; connect-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_pages_hold_nothing_that_the_policy_forbids(client, translated):
    article_id = translated("Judul berita\n\nSatu dua. RAGU 316 tiga.")
    for path in ("/", f"/articles/{article_id}", "/nowhere"):
        shown = client.get(path).get_data(as_text=True)
        assert "style=" not in shown
        assert "<style" not in shown
        assert " onclick" not in shown
        assert "<script>" not in shown


@pytest.mark.parametrize(
    ("bound_to", "asked_for", "status"),
    [
        ("127.0.0.1", "127.0.0.1:8765", 200),
        ("127.0.0.1", "localhost:8765", 200),
        ("localhost", "127.0.0.1", 200),
        ("127.0.0.2", "127.0.0.2:80", 200),
        ("127.0.0.1", "attacker.example", 400),
        ("127.0.0.1", "attacker.example:8765", 400),
        ("localhost", "localhost.attacker.example", 400),
        ("127.0.0.1", "", 400),
        ("0.0.0.0", "reader.example", 200),
        ("192.168.1.5", "192.168.1.5:8765", 200),
    ],
)
def test_server_of_this_computer_answers_to_its_own_names_alone(
    library, bound_to, asked_for, status
):
    client = create_app(library, lambda: None, host=bound_to).test_client()
    answer = client.get("/", headers={"Host": asked_for})
    assert answer.status_code == status
    if status == 400:
        assert answer.get_data(as_text=True) == (
            "this server does not answer to that name\n"
        )


def test_session_cookie_stays_on_this_site(client):
    cookie = client.get("/").headers.get("Set-Cookie") or ""
    fresh = client.application.test_client().get("/").headers["Set-Cookie"]
    for part in ("HttpOnly", "SameSite=Lax", "dwibahasa="):
        assert part in fresh
    assert "text" not in cookie


def test_key_is_made_once_for_its_owner_alone(app, library, data_folder):
    path = data_folder / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_bytes()) == 32
    again = create_app(library, lambda: None)
    assert again.config["SECRET_KEY"] == app.config["SECRET_KEY"] == path.read_bytes()
    assert [p.name for p in data_folder.glob(".secret*")] == []


def test_key_of_another_server_that_starts_at_once_is_taken(tmp_path):
    (tmp_path / "secret_key").write_bytes(b"k" * 32)
    assert security.secret_key(tmp_path) == b"k" * 32


def test_pages_with_text_are_not_kept_by_the_browser(client, translated):
    answer = client.get(f"/articles/{translated('Satu dua.')}")
    assert answer.headers["Cache-Control"] == "private, no-cache"
