# SPDX-License-Identifier: Apache-2.0
#
# What the terminal app itself says, in English: the language that every other one falls back to, message by message. What the
# flows say is in the catalogues of the core (`crates/keyward/texts/`), with whose words these agree.
# Commands in backquotes are copied into a shell, so they are the same in every language; so are options and the keys of the page.

## What several commands say

cancelled = Cancelled.
cancelled-input-ended = Cancelled: the input ended.
nothing-was-changed = Nothing was changed.
try-again = Try again?
go-on = Go on?
error = Error:
not-up-to-date = Not up to date: { $trouble }
asking-homeserver = Asking the homeserver
looking-at-account = Looking at the account
ask-password = Account password:
ask-access-token = Access token:
open-old-storage = What opens the old key storage?
one-of-your-other-sessions = one of your other sessions
impossible-time = at an impossible time

## Questions

answer-yes = yes
answer-no = no
answer-default-yes = Y/n
answer-default-no = y/N
answer-yes-or-no = Please answer yes or no.
answer-all = all
ask-secret = { $question } (not shown)
secret-hidden = (hidden)
secret-empty = It must not be empty.
secret-differs = The two are not the same. Type both again.
choose-keys = arrows move, enter selects
choose-number = A number from 1 to { $last }:
choose-number-wrong = That is not one of the numbers.
choose-any-keys = arrows move, space selects, right selects all, left none, enter goes on
choose-any-numbers = Numbers with commas between them, `{ $all }`, or nothing:
choose-any-wrong = That is not a list of the numbers.
chosen = { $count } chosen

## Progress

step-of = Step { $number } of { $total }: { $step }
progress-of = { $done } of { $total }
progress-done = done
progress-done-with = { $what } … done

## The new Security Key

key-saved-word = saved
key-title = Your new Security Key (recovery key)
key-label = Your new Security Key (recovery key):
key-advice = Save it now: in a password manager, or on paper in a safe place. It opens your encrypted messages and verifies your sessions when nothing else is left. It is not shown again.
key-type-again = Type the key again, or `{ $saved }`:
key-type-whole = Type the whole key, or `{ $saved }` if it is saved.
key-group-differs = That is not the key: group { $group } of { $total } is different. Check it and type it again.
key-too-long = That is more than the key. Check it and type it again.
key-is-saved = The key is saved.
key-source = What shall open your secret storage?
key-source-generated = A generated Security Key (recommended)
key-source-phrase = A Security Phrase of your own
key-phrase-hint = Several unrelated words are easy to remember and hard to guess. Do not use your account password.
key-phrase-new = New Security Phrase:
key-phrase-again = The same phrase again:
key-phrase-opens-the-same = Your Security Phrase opens the same; the key is for the day when you have forgotten it.

## The present Security Key or Phrase

ask-key-kind = Security Key (48 characters, Es…)
ask-phrase-kind = Security Phrase
ask-key = Security Key:
ask-phrase = Security Phrase:

## A browser

browser-how = How do you want to confirm that it is you?
browser-by-password = With the account password
browser-by-browser = In a browser
browser-page = { $what }:
browser-page-or-scan = { $what }, or scan this code with a phone:
browser-other-account = That was done as another account. Open the page again and do it as { $user }
browser-enter-code = { $minutes ->
    [one] Open this page in a browser, on this device or another one, and enter the code there within { $minutes } minute
   *[other] Open this page in a browser, on this device or another one, and enter the code there within { $minutes } minutes
}
browser-code = Code: { $code }
browser-waiting = Waiting for the browser
browser-waiting-with-keys = Waiting for the browser; Enter looks now, Ctrl-C stops

## The key of the local store

store-key-missing = The key of the local store is missing: neither the system's keyring nor the file store.key has it. Put it back, or move the folder away and log in again.
store-key-missing-without-keyring = The key of the local store is missing: there is no file store.key. If the system's keyring has it, run the command without --no-keyring and KEYWARD_NO_KEYRING.
store-key-keyring = The key of the local store should be in the system's keyring, which cannot be used ({ $cause }). Unlock it or log in to the desktop, and try again.
store-key-damaged-entry = The entry in the system's keyring is not the key of a store. Restore it from a backup.
store-key-damaged-file = The file store.key is not the key of a store. Restore it from a backup.
store-key-folder-unwritable = The folder of the store cannot be written: { $cause }.
store-key-unwritable = The file store.key cannot be written: { $cause }.
store-key-unreadable = The file store.key cannot be read: { $cause }.
store-key-left = The file store.key cannot be removed: { $cause }.
store-key-permissions = Other users of this machine may read the store's key (mode { $mode }), so it is not used. If you trust it, run `chmod 600 { $file }` and try again.
keyring-silent = it does not answer
keyring-locked = it does not answer, or waits to be unlocked
keyring-failed = asking it failed
keyring-no-access = no access: { $cause }
keyring-several-entries = it has several entries for this store
keyring-broken = it does not work

## After an error: what to run next

result-unwritable = The result cannot be written: { $cause }.
next-page = The homeserver's page for it: { $pages }
next-doctor = `keyward doctor` finds the smallest thing that helps.
next-session-expired = The room keys are still here: `keyward keys export FILE` saves them, then `keyward logout` removes this session's files.
next-not-logged-in = `keyward login --homeserver URL` does that.
next-not-offered = Without options `keyward login` finds out what it offers, and asks.
next-already-logged-in = `keyward logout` logs out, `--data-dir DIR` chooses another folder.
next-sign-out-this = `keyward logout` signs this session out.
next-sign-out-not-verified = `keyward unlock` does that; or name the sessions by their IDs.
next-unlock = `keyward unlock` does that.
next-unsaved-room-keys = `keyward keys export FILE` does that; `keyward logout --discard-keys` lets them go.
next-logout-reset-pending = `keyward reset --resume` or `--cancel`; `keyward logout --discard-keys` lets a cancelled one go.
next-logout-recovery-pending = `keyward recovery new --resume` or `--cancel`; `keyward logout --discard-keys` gives it up, and the key that is in force stays so.
next-recovery-pending = `keyward recovery new --resume` goes on with it; `keyward recovery new --cancel` undoes it, unless the new key is in force.
next-reset-pending = `keyward reset --resume` goes on with it; `keyward reset --cancel` undoes it, unless the new digital identity is in force.
next-reset-none = `keyward reset` starts one.
next-reset-resume = `keyward reset --resume` does that.
next-reset-leftovers = `keyward reset --cancel` removes what is left of it.
next-verify = `keyward unlock` or `keyward sessions verify` does that.
next-fetch-keys = `keyward unlock` fetches them with the Security Key or Phrase, `keyward sessions verify` from a verified session.
next-ask-for-keys = `keyward doctor --fix session.keys_missing` asks for them.
next-repair-pending = `keyward doctor` names it.
next-unlock-opens = `keyward unlock` opens it.
next-new-key = `keyward recovery new` does that.
next-new-key-none = `keyward recovery new` makes one.
next-new-key-resume = `keyward recovery new --resume` does that.
next-check-key = `keyward recovery check` says what a key opens.

## keyward attach, keyward detach

attach-of-other-program = The session here is another program's: do this in that program. `keyward status`, `keyward doctor`, `keyward sessions`, `keyward reset` and `keyward recovery` work for it, and `keyward detach` ends that.
attach-cancelled = Cancelled. Nothing was attached.
attach-another-here = Another session is attached here; `keyward detach` ends that.
attach-rest-of-login = There is the rest of a login in this folder. Use another folder (--data-dir) for a session of another program.
attach-no-device-key = The homeserver shows no keys of that session: it does not support encryption, so no identity can sign it.
attach-shown-key = The homeserver shows this key for session { $device }:
attach-where-shown = The other program shows its own key in its settings (session key, fingerprint).
attach-is-it-the-same = Is it the same?
detach-nothing-here = Nothing is attached here.
detach-done = Detached. The other program's session is as it was.
detach-pending = `keyward status` says how it stands; --discard-reset gives its keys up.

## keyward login

login-attached-here = This folder is attached to a session of another program. Use another folder (--data-dir), or run `keyward detach`.
login-homeserver = Homeserver:
login-user = User name:
login-finding-homeserver = Looking for the homeserver
login-wrong-password = User name or password is wrong. Try again, or press Ctrl-C to stop.
login-working = Logging in
login-how = How do you want to log in?
login-by-password = With your account password
login-by-browser = In a browser on this device
login-by-code = In a browser on another device, with a code
login-by-provider = In a browser on this device, through { $provider }
login-by-sso = In a browser on this device, through single sign-on
login-none-known = It offers none that this version has; is there a newer one?
login-open-page = Open this page in a browser of this device and log in there
login-waiting-browser = Waiting for the browser; Ctrl-C stops
login-waiting-code = Waiting for the code; Ctrl-C stops
login-page-done = Keyward has the answer. You can close this page and go back to the terminal.
login-page-nothing = There is nothing here.
login-completing = Completing the session
login-done = Logged in as { $user }, session { $device }.

## keyward status

status-account = Account
status-homeserver = Homeserver
status-session = Session
status-identity = Digital identity
status-secret-storage = Secret storage
status-key-storage = Key storage
status-room-keys = Room keys
status-reset = Reset
status-new-key = New Security Key
status-session-verified = { $device }, verified
status-session-unverified = { $device }, not verified
status-session-verified-other-program = { $device }, verified, of another program
status-session-unverified-other-program = { $device }, not verified, of another program
status-identity-with-keys = trusted, and this session has its keys
status-identity-without-keys = trusted, but this session does not have its keys
status-identity-not-trusted = exists, but this session does not trust it yet
status-identity-replaced = another than the one that this session has verified
status-identity-none = not set up
status-identity-attached-trusted = trusted by this session
status-identity-attached-not-trusted = exists, but nothing shows that this session trusts it
status-identity-attached-replaced = another than the one that this session has trusted
status-secret-storage-ready = ready
status-secret-storage-incomplete = incomplete
status-secret-storage-none = not set up
status-key-storage-on = on, and this session uses it
status-key-storage-no-key = exists, but this session has no key for it
status-key-storage-untrusted = exists, but nobody whom this session trusts has signed it
status-key-storage-off = off
status-key-storage-attached-signed = exists, signed by the identity or this session
status-key-storage-attached-untrusted = exists, but neither the identity nor this session has signed it
status-room-keys-here = { $count } on this session
status-reset-none = none is waiting
status-reset-staged = interrupted; the new digital identity is not in force
status-reset-committed = not finished; the new digital identity is in force
status-reset-handing-over = waits until the app has the new Security Key
status-new-key-staged = interrupted; the old one is in force
status-new-key-committed = not finished; it may be in force already
status-in-order = Everything is in order.
status-in-order-attached = Everything that can be seen from here is in order. What the other program holds is in its own settings.
status-next-reset-staged = An interrupted reset waits, and the new digital identity is not in force: `keyward reset --resume` goes on with the reset, `keyward reset --cancel` undoes it.
status-next-reset-handing-over = A reset is nearly done: give the new Security Key to the app of this session, then `keyward reset --handed-over`. `keyward reset --resume` shows the key again.
status-next-reset-committed = A reset waits to be finished: `keyward reset --resume` does that. It cannot be undone any more.
status-next-new-key-staged = A new Security Key waits, and the old one is in force: `keyward recovery new --resume` goes on with it, `keyward recovery new --cancel` undoes it.
status-next-new-key-committed = A new Security Key waits to be finished: `keyward recovery new --resume` does that. It may be in force already, and cannot be undone any more.
status-more = { $count ->
    [one] `keyward doctor` names { $count } thing more.
   *[other] `keyward doctor` names { $count } things more.
}

## keyward unlock

unlock-with-what = What do you want to verify this session with?
unlock-opening = Opening secret storage
unlock-done = This session is verified. It can read and write the key storage.
unlock-done-without-storage = This session is verified. There is no key storage that it could read.

## keyward doctor

doctor-examining = Examining the account
doctor-which-key = What do you have?
doctor-fix-them = What is named first is the smallest thing that helps. `keyward doctor --fix` goes through it with you.
doctor-what-to-do = What do you want to do?
doctor-leave-it = Leave it as it is
doctor-cancelled = Cancelled. Nothing is lost; `keyward doctor` shows how it stands.
doctor-done-in-app = That is done in the app in which you write to them.
doctor-done-in-program = That is done in the program whose session this is.
doctor-opens-secret-storage = What opens secret storage?
doctor-open-other-session = Open one of your other verified sessions now, and leave it open until the keys have come.
doctor-waiting-for-keys = Waiting for the keys
doctor-writing = Writing secret storage
doctor-filling = Filling the key storage

## keyward keys

keys-saved = { $count ->
    [one] { $count } room key saved to { $file }.
   *[other] { $count } room keys saved to { $file }.
}
keys-opened-old-storage = What opened the old key storage?
keys-had-all = This session had all that it holds already.
keys-recovered = { $count ->
    [one] { $count } room key recovered.
   *[other] { $count } room keys recovered.
}
keys-fetching = Fetching room keys
keys-saving = Saving room keys
keys-reading = Reading room keys
keys-file = File:
keys-replace = { $file } exists already. Replace it?
keys-not-replaced = Cancelled. The file is as it was.
keys-no-folder = The folder of the file does not exist.
keys-is-folder = That is a folder. Name a file in it.
keys-new-passphrase = Passphrase for the file:
keys-same-passphrase = The same passphrase again:
keys-passphrase = Passphrase of the file:
keys-imported = { $count ->
    [one] { $count } room key imported.
   *[other] { $count } room keys imported.
}
keys-known = { $count ->
    [one] { $count } other was here already.
   *[other] { $count } others were here already.
}
keys-malformed = { $count ->
    [one] { $count } entry in the file could not be used.
   *[other] { $count } entries in the file could not be used.
}

## keyward logout

logout-working = Signing out
logout-done = Logged out. The local files are removed.
logout-unsaved = { $count ->
    [one] { $count } room key of this session is in no key storage. Without it the messages that it belongs to can never be read again.
   *[other] { $count } room keys of this session are in no key storage. Without them the messages that they belong to can never be read again.
}
logout-what-about-them = What shall happen to them?
logout-save = Save them to a file first
logout-let-go = Let them go
logout-stay = Stay logged in
logout-cancelled = Cancelled. You are still logged in.

## keyward reset

reset-looking-for-smaller = Looking for something smaller
reset-opening-old-storage = Opening the old key storage
reset-key-opens-no-storage = That is the account's Security Key, but it does not open the key storage. Leave it out, and the old key storage is kept unless the app has all of it.
reset-old-key-helps = With the old Security Key or Phrase the new key storage gets everything that the old one holds.
reset-have-old-key = Do you have the old one?
reset-right-key-opens-nothing = It is the right one, but it does not open the old key storage.
reset-hint-turn-on = --turn-on-key-storage turns key storage on.
reset-hint-unlock = `keyward unlock` verifies this session with the old Security Key.
reset-hint-export = `keyward keys export FILE` saves the message keys of this session.
reset-smaller-command = { $text } The command: `{ $command }`.
reset-smaller-commands = { $text } The command: `{ $first }`, then `{ $then }`.
reset-export-hint = The reset keeps your room keys. An encrypted file would be one more copy of them.
reset-export = Save them to a file first?
reset-not-in-force = Your new digital identity is not in force: Ctrl-C undoes everything.
reset-in-force = Your new digital identity is in force already, and this key belongs to it.
reset-hand-over-no-storage = There is no new key storage. If the app offers to repair or reset its key storage, decline.
reset-hand-over-later = Once the app has it, `keyward reset --handed-over` finishes the reset.
reset-hand-over-script = The new digital identity is in force. Give the new Security Key to the app of this session.
reset-hand-over = The new digital identity is in force, and everything old is still there. In the app, enter the new Security Key where it asks for one ("Verify", "Enter recovery key").
reset-hand-over-how = How does it stand?
reset-hand-over-taken = The app has it now: finish
reset-hand-over-without = Finish without the app; the old key storage stays
reset-hand-over-wait = Later
reset-approve = Open this page in a browser and approve it there, as { $user }
reset-page-forgotten = The homeserver has forgotten that page. Open this one and approve it there
reset-asking-to-accept = Asking the homeserver to accept the new digital identity
reset-nothing-to-hand-over = There is nothing to hand over yet: the new digital identity is not in force. `keyward reset --resume` goes on with the reset.
reset-undone = The reset is undone. `keyward status` shows what is in force.
reset-undoing = Undoing
reset-status-shows = `keyward status` shows what is in force.
reset-nothing-changed-but-file = Nothing was changed. The room keys in { $file } stay there.
reset-stands-committed = The new digital identity is in force; `keyward reset --resume` finishes the reset.
reset-stands-handing-over = The new digital identity is in force. Once the app of this session has the new Security Key, `keyward reset --handed-over` finishes the reset; with --keep-old it does not wait for the app, and the old key storage stays.
reset-stands-staged = The new digital identity is not in force, and the reset waits: `keyward reset --resume` goes on with it, `keyward reset --cancel` undoes it.
reset-stands-unknown = Whether the new digital identity is in force cannot be found out now; `keyward reset --resume` finds out and goes on.
reset-interrupted-done = Interrupted, but the reset was done already.
reset-interrupted-handing-over = Interrupted. The new digital identity is in force; `keyward reset --handed-over` finishes the reset once the app has the new Security Key.
reset-interrupted-committed = Interrupted. The new digital identity is in force; `keyward reset --resume` finishes the reset.
reset-interrupted-committed-because = Interrupted: { $error } The new digital identity is in force; `keyward reset --resume` finishes the reset.
reset-interrupted-not-undone = Interrupted, but the new keys could not be removed from the homeserver: { $error } `keyward reset --cancel` tries again, `keyward reset --resume` goes on with the reset.
reset-interrupted-unknown = Interrupted, and it could not be undone: { $error } Whether the new digital identity is in force cannot be found out now. `keyward reset --cancel` undoes the reset if it is not, `keyward reset --resume` goes on with it.
reset-undo-interrupted = Interrupted before everything was undone. `keyward reset --cancel` undoes the rest, unless the new digital identity is in force; `keyward reset --resume` goes on with the reset.
reset-sign-out-some = Sign out of some of them now? Choose those that you do not use.
reset-signed-out-nobody = Nobody was signed out. `keyward sessions` lists your sessions.
reset-sessions-list = `keyward sessions` lists your sessions.
reset-sessions-sign-out = `keyward sessions sign-out` tries again.

## keyward recovery

recovery-what-to-check = What do you want to check?
recovery-checking = Looking what it opens
recovery-waiting-one = `keyward status` says whether one waits.
recovery-lost = If it is lost, the program whose session this is has to make the new key.
recovery-taken-from = The private keys are taken from secret storage, which the old Security Key or Phrase opens.
recovery-opens-until-now = What opens secret storage until now?
recovery-do-it-there = Do that in the program whose session this is.
recovery-old-in-force = The old Security Key is still in force: Ctrl-C undoes everything.
recovery-maybe-in-force = It may be in force already, and cannot be undone any more.
recovery-undone = The new Security Key is undone. The old one is in force, as before.
recovery-stands-committed = The new Security Key may be in force already; `keyward recovery new --resume` finishes it.
recovery-stands-staged = The old Security Key is in force, and the new one waits: `keyward recovery new --resume` goes on with it, `keyward recovery new --cancel` undoes it.
recovery-stands-unknown = `keyward status` says how it stands.
recovery-interrupted-done = Interrupted, but the new Security Key was in force already.
recovery-interrupted-committed = Interrupted. The new Security Key may be in force already; `keyward recovery new --resume` finishes it.
recovery-interrupted-not-undone = Interrupted, and it could not be undone: { $error } The old Security Key is in force. `keyward recovery new --cancel` tries again, `keyward recovery new --resume` goes on with the new one.
recovery-undo-interrupted = Interrupted before everything was undone. `keyward recovery new --cancel` undoes the rest, unless the new Security Key is in force; `keyward recovery new --resume` goes on with it.

## keyward sessions, in lines

sessions-unknown = This account has no session { $device }. `keyward sessions --plain` lists them.
sessions-recommendations = Security recommendations
sessions-current = Current session
sessions-other = Other sessions
sessions-other-verified = Other sessions, verified
sessions-other-unverified = Other sessions, unverified
sessions-other-inactive = Other sessions, inactive
sessions-other-unverifiable = Other sessions, without encryption
sessions-none = None.
sessions-it-was = It was: { $command }
sessions-it-was-not = It was not: { $command }
sessions-unverifiable = Does not support encryption
sessions-trust-inactive = { $trust }, inactive
sessions-facts = ID { $id }, last activity { $ago } ({ $date })
sessions-facts-unknown = ID { $id }, last activity unknown
sessions-facts-from = { $facts }, from { $address }
sessions-summary = { $name } ({ $id }): { $trust }, { $activity }
sessions-name = Name
sessions-by-id = session { $id }
sessions-sign-this-out = To sign out of this session, leave and run `keyward logout`.
sessions-sign-this-out-there = To sign out of this session, log out in the program that keeps it.
sessions-renaming = Renaming
sessions-renamed = Session { $id } is called { $name } now. The people you talk to can see that.
sessions-name-taken-away = Session { $id } has no name any more.
sessions-switching = Switching
sessions-push-on = Push notifications of { $name } are on.
sessions-push-off = Push notifications of { $name } are off.
sessions-push-unsupported = Push notifications of { $name } cannot be switched from here.
sessions-acknowledged-one = Noted: { $name } was you.
sessions-acknowledged = { $count ->
    [one] Noted: { $count } session was you.
   *[other] Noted: { $count } sessions were you.
}

## keyward sessions propose

propose-none = No session is proposed.
propose-title = You may want to sign out:
propose-inactive = { $count ->
    [one] not active for { $count } day
   *[other] not active for { $count } days
}
propose-unverified = { $count ->
    [one] not verified for { $count } day
   *[other] not verified for { $count } days
}
propose-command = { $count ->
    [one] Look at it first, then: { $command }
   *[other] Look at each first, then: { $command }
}

## keyward sessions --watch

watch-signed-out = Signed out: { $name } ({ $id })
watch-new = There is a new session: { $name } ({ $id })
watch-renamed = Renamed: { $old } is called { $name } ({ $id }) now
watch-trust = { $name } ({ $id }): { $trust }
watch-push = { $name } ({ $id }): push notifications { $push }
watch-acknowledged = Acknowledged: { $name }

## keyward sessions sign-out

sign-out-these = These sessions will be signed out:
sign-out-question = Sign out?
sign-out-nobody = Cancelled. Nobody was signed out.
sign-out-no-such = There is no such session.
sign-out-done = { $count ->
    [one] Signed out of { $count } session.
   *[other] Signed out of { $count } sessions.
}
sign-out-confirm-page = Open this page in a browser and confirm there, as { $user }, that it is you
sign-out-link = { $number } of { $total }: open this in a browser and sign session { $device } out there:
sign-out-done-there = Done there?
sign-out-stopped = { $count ->
    [one] Cancelled. { $count } session is signed out.
   *[other] Cancelled. { $count } sessions are signed out.
}
sign-out-still-there = That session is still there.

## keyward sessions verify

verify-asking = Asking the other session
verify-handing-over = Handing the keys over
verify-as-numbers = As numbers: { $numbers }
verify-keys-cancel = Ctrl-C cancels.
verify-keys-emoji-or-code = Type e to compare emoji, c to show a QR code, q to cancel, then Enter.
verify-keys-emoji = Type e to compare emoji, q to cancel, then Enter.
verify-keys-code = Type c to show a QR code, q to cancel, then Enter.
verify-keys-yes-no = Type { $yes } for yes, { $no } for no, q to cancel, then Enter.
verify-no-answer = That is none of the answers.
verify-scan-this = Scan this with { $other }. It says so here when that worked.
verify-too-narrow = This window is too narrow for the QR code. Make it wider, or compare emoji.
verify-cannot-scan = The other session cannot scan a code. Compare emoji.
verify-terminal-cannot-scan = The other session shows a QR code, which a terminal cannot scan. Cancel and start from there.

## The page of sessions

page-too-small = This window is too small: { $columns } by { $rows } at least. q leaves.
page-title = Sessions of { $user }
page-title-keys = ? help  q quit
page-answer-login = y it was me   n not me: sign it out
page-answer-login-more = y it was me   n not me: sign it out  (and { $more } more)
page-view-inactive = i view all
page-view-unverified = u view all
page-asking = Asking the homeserver …
page-others = Others:
page-no-others = There are no other sessions.
page-no-others-of-filter = None of the other sessions. Tab shows another filter.
page-this-one = (this one)
page-unknown = unknown
page-head-session = Session
page-head-verification = Verification
page-head-activity = Last activity
page-head-id = ID
page-head-address = IP address
page-head-push = Push
page-head-kind = Kind
page-push-on = on
page-push-off = off
page-kind-desktop = desktop
page-kind-mobile = mobile
page-kind-web = web
page-kind-unknown = unknown
page-selected = { $count } selected
page-asks-to-verify = { $other } asks to verify. Close this to answer.
page-another-session = Another session
page-acknowledged = Noted: it was you.
page-session-gone = That session is gone: it was signed out meanwhile.
page-renamed = Renamed.
page-verified = Verified.
page-verified-already = { $name } is verified already.
page-unverifiable = { $name } does not support encryption, so it cannot be verified. Sign out of it if you do not know it.
page-verify-there = Verify it in the other program: that one has this session's keys.
page-nobody-signed-out = Nobody was signed out. The selection is kept.
page-sign-out-stopped = Stopped. The list shows who is still signed in.

page-keys-move = ↑↓ move
page-keys-select = Space select
page-keys-all = a all shown
page-keys-filter = Tab filter
page-keys-details = Enter details
page-keys-rename = r rename
page-keys-push = p push
page-keys-sign-out = s sign out
page-keys-verify = v verify

page-help-title = Keys
page-help-move = move; Page Up, Page Down, Home, End as well
page-help-filter = show another filter
page-help-view = view all unverified, all inactive sessions
page-help-select = select a session; all that are shown
page-help-keys-select = Space  a
page-help-details = everything about the session, its history as well
page-help-rename = rename the session
page-help-push = push notifications on or off
page-help-verify = verify the session, with emoji or a QR code
page-help-verify-there = verify: in the program that keeps this session
page-help-sign-out = sign the selected sessions out, else the one at >
page-help-new-login = answer to a new login: it was me; it was not, sign it out
page-help-refresh = ask the homeserver again (the list follows changes by itself)
page-help-leave = leave
page-help-plain = `keyward sessions --plain` says the same in lines.
page-any-key = Any key closes this.

page-details-title = Session details
page-details-keys = r rename   p push   v verify   s sign out   Esc back
page-details-keys-attached = r rename   p push   s sign out   Esc back

page-rename-title = Rename session
page-rename-public = Other people you talk to can see the name.
page-rename-new = New name:
page-rename-working = Renaming …
page-rename-keys = Enter renames   Esc keeps the old name

page-sign-out-title = Sign out
page-sign-out-on-page = On this homeserver sessions are signed out on its account page. Open this in a browser and sign out there:
page-sign-out-progress = { $done } of { $total } signed out; this notices it by itself.
page-sign-out-page-keys = Enter looks again   n another one first   Esc stops
page-sign-out-gone = { $name } (signed out meanwhile)
page-sign-out-more = … and { $count } more
page-sign-out-weighing = Looking what that leads to …
page-sign-out-back = Esc goes back
page-sign-out-question = { $count ->
    [one] Sign out of { $count } session?
   *[other] Sign out of { $count } sessions?
}
page-sign-out-keys = Enter or y signs out   Esc or n goes back
page-sign-out-working = Signing out …
page-sign-out-password-keys = Enter signs out   Esc goes back
page-sign-out-browser = Open this in a browser and confirm there that it is you:
page-sign-out-other-account = That was done as another account. Open this again and do it as yourself:
page-sign-out-browser-keys = This notices it by itself.   Esc stops

page-verify-title = Verify
page-verify-moment = One moment …
page-verify-cancel = Esc cancels
page-verify-accept = v verifies   Esc or n declines
page-verify-emoji-or-code = e compare emoji   c show a QR code to scan   Esc cancels
page-verify-emoji = e compare emoji   Esc cancels
page-verify-code = c show a QR code to scan   Esc cancels
page-verify-match = y they match   n they do not   Esc cancels
page-verify-scanned = y it does   n it does not: cancel
page-code-too-small = This window is too small for the QR code. Make it larger, or press e to compare emoji. Esc cancels.
page-code-scan = Scan this with { $other }.
page-code-worked = It says so here when that worked.
page-code-emoji = e compare emoji instead
