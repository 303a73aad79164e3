# SPDX-License-Identifier: Apache-2.0
#
# What people read, in English: the language that every other one falls back to, message by message.
# Words are Element's: Security Key, Security Phrase, digital identity, key storage, session.
# A number is always an argument with plural classes. Names that others chose come in as arguments, clean and isolated.

## Actions

action-start-reset = Reset
action-set-up = Set up
action-start-recovery = Make a new Security Key
action-cancel = Cancel
action-close = Close
action-back = Back
action-retry = Try again
action-resume = Go on
action-look-again = Look again
action-confirm-saved = I have saved it
action-copy-key = Copy
action-authorise = Confirm
action-open-browser = Open the page
action-check-now = I am done there
action-key-taken-over = The app has the new key
action-keep-old-key-storage = Keep the old key storage
action-unlock = Verify with the Security Key
action-verify-by-session = Verify with another session
action-accept = Accept
action-decline = Decline
action-compare-emoji = Compare emoji
action-show-code = Show a QR code
action-scan-code = Scan a QR code
action-they-match = They match
action-they-differ = They do not match
action-it-worked = Yes, it worked
action-it-failed = No
action-verify = Verify
action-rename = Rename
action-sign-out = Sign out
action-sign-out-all-others = Sign out of all other sessions
action-it-was-me = It was me
action-look-at-sessions = Look at the sessions
action-examine = Find out what helps
action-lost-key = I have lost the Security Key
action-log-in-again = Log in again
action-log-out = Log out of this session
action-export-room-keys = Save the message keys
action-save = Save

## Fields

field-recovery-key = Security Key
    .hint = Twelve groups of four characters, which begin with Es
field-passphrase = Security Phrase
    .hint = The words that you chose
field-new-passphrase = Security Phrase of your own
    .hint = Several unrelated words. Leave it empty for a Security Key that is made for you
field-retyped-key = The new Security Key, typed again
    .hint = So that you are sure that you have saved it
field-password = Password of your account
    .hint = The one with which you log in
field-old-key = Old Security Key or Phrase
    .hint = If you have it, the new key storage gets all that the old one holds
    .hint-of-new-key = It opens now what the new key has to open
field-compromised = Somebody else may have my Security Key or my account
    .hint = Then the old key storage is deleted, read or not
    .hint-of-app = Then the old key storage is deleted as soon as the app has put all of it into the new one
field-keep-old-key-storage = Keep the old key storage
    .hint = The old Security Key still opens it afterwards
field-turn-on-key-storage = Turn on key storage
    .hint = A new session can read your history only if there is one
field-session-name = Name of the session
    .hint = The people you talk to can see it

## Security Key, spoken letter by letter

key-spoken-capital = capital { $letter }

## What is named in several places

heading-digital-identity = Digital identity
heading-security-key = Security Key
heading-key-storage = Key storage
heading-session = Session
heading-only-old-key-opens = Only the old key opens
heading-it-opens = It opens
heading-it-does-not-open = It does not open
heading-not-in-secret-storage = Not in secret storage

room-keys = { $count ->
    [one] { $count } message key
   *[other] { $count } message keys
}

progress-of = { $step }: { $done } of { $total }
list-or = { $first } or { $second }
list-next = { $first }, { $second }

## Reset: what it means

reset-begin-title = Reset your digital identity
reset-begin-intro = This resets cross-signing of { $user }. It means:
reset-set-up-title = Set up your digital identity
reset-set-up-intro = { $user } has no digital identity yet. This sets one up:
reset-promise = Nothing is replaced until the homeserver has accepted the new digital identity. Until then you can cancel at any moment.

reset-means-new-identity = You get a new digital identity. The old one cannot be brought back.
reset-means-other-sessions = { $count ->
    [one] { $count } other session has to be verified afterwards, or signed out.
   *[other] { $count } other sessions have to be verified afterwards, or signed out.
}
reset-means-verified-sessions = { $count ->
    [one] { $count } of them is verified now and loses that.
   *[other] { $count } of them are verified now and lose that.
}
reset-means-sessions-without-encryption = { $count ->
    [one] Nothing changes for { $count } session without encryption.
   *[other] Nothing changes for { $count } sessions without encryption.
}
reset-means-contacts = { $count ->
    [one] { $count } verified contact has to be verified again. They see that your identity has changed.
   *[other] { $count } verified contacts have to be verified again. They see that your identity has changed.
}
reset-means-contacts-unknown = Contacts whom you have verified have to be verified again. They see that your identity has changed.

reset-means-first-key = You get a Security Key (recovery key), to be saved in a safe place.
reset-means-new-key = You get a new Security Key (recovery key). The old one, and the old Security Phrase, open nothing any more.
reset-means-new-key-but-some = You get a new Security Key (recovery key). The old one, and the old Security Phrase, are needed only for what is named below.
reset-means-other-secrets = { $count ->
    [one] { $count } secret of another program can be read with the old Security Key only, as before.
   *[other] { $count } secrets of other programs can be read with the old Security Key only, as before.
}
reset-means-other-secrets-lost = { $count ->
    [one] { $count } secret of another program can never be read again.
   *[other] { $count } secrets of other programs can never be read again.
}

reset-means-storage-off = Key storage is switched off for this account and stays off.
reset-means-storage-of-session = { $count ->
    [0] A new key storage is made.
    [one] A new key storage gets the { $count } message key of this session.
   *[other] A new key storage gets the { $count } message keys of this session.
}
reset-means-storage-of-old = { $count ->
    [one] A new key storage gets the { $count } message key of the old one.
   *[other] A new key storage gets the { $count } message keys of the old one.
}
reset-means-storage-of-both = { $lacking ->
    [one] It also gets whatever it lacks of the { $lacking } message key of this session.
   *[other] It also gets whatever it lacks of the { $lacking } message keys of this session.
}
reset-means-history-stays = Your message history stays readable.
reset-means-old-storage-kept = The old key storage is kept.
reset-means-old-storage-deleted = Then the old key storage is deleted.
reset-means-old-storage-unread = { $count ->
    [one] This session cannot read the old key storage ({ $count } message key). It is kept, and the old Security Key still opens it. If you have that key, stop here and verify this session with it first: then nothing stays behind.
   *[other] This session cannot read the old key storage ({ $count } message keys). It is kept, and the old Security Key still opens it. If you have that key, stop here and verify this session with it first: then nothing stays behind.
}
reset-means-old-storage-lost = { $count ->
    [one] This session cannot read the old key storage ({ $count } message key), and it is deleted because somebody else may have the old key. Messages that need its keys can then only be read where they can be read now.
   *[other] This session cannot read the old key storage ({ $count } message keys), and it is deleted because somebody else may have the old key. Messages that need its keys can then only be read where they can be read now.
}
reset-means-old-storage-gone = { $count ->
    [one] The old key storage ({ $count } message key) is deleted because somebody else may have the old key. What only it holds is gone.
   *[other] The old key storage ({ $count } message keys) is deleted because somebody else may have the old key. What only it holds is gone.
}
reset-means-older-storages = { $count ->
    [one] { $count } older key storage on the homeserver cannot be read from here and stays as it is.
   *[other] { $count } older key storages on the homeserver cannot be read from here and stay as they are.
}
reset-means-older-storages-deleted = { $count ->
    [one] { $count } older key storage on the homeserver cannot be read from here and is deleted.
   *[other] { $count } older key storages on the homeserver cannot be read from here and are deleted.
}
reset-means-app-storage = A new key storage is made.
reset-means-app-keys = The app puts its own message keys there once it has the new Security Key.
reset-means-app-old-storage-kept = { $count ->
    [one] The old key storage ({ $count } message key) is kept.
   *[other] The old key storage ({ $count } message keys) is kept.
}
reset-means-app-old-storage-unread = { $count ->
    [one] The old key storage ({ $count } message key) is deleted only if the app has put all of it into the new one. Otherwise it is kept, and the old Security Key still opens it. If you have that key, give it first: then nothing stays behind.
   *[other] The old key storage ({ $count } message keys) is deleted only if the app has put all of it into the new one. Otherwise it is kept, and the old Security Key still opens it. If you have that key, give it first: then nothing stays behind.
}

reset-means-session-stays = This session stays signed in, and is verified afterwards.
reset-means-hand-over = In the end you give the new Security Key to its app, as you would give it any Security Key.
reset-means-dehydrated-device = The device that receives messages while you are offline is removed; apps make a new one.

reset-smaller-new-key = You may not need a reset. If you have lost the Security Key, make another one: this session has the private keys, so nothing is lost and nobody has to verify you again.
reset-smaller-verify = You may not need a reset. If one of your other verified sessions is at hand, verify this one with it; then make another Security Key, and nothing is lost.
reset-smaller-ask = You may not need a reset. If one of your other verified sessions is at hand, get the private keys from it; then make another Security Key.
reset-smaller-other-program = You may not need a reset. If you have lost the Security Key, the program whose session this is can make another one while it has the private keys, and nothing is lost.

## Reset: under way

reset-step-fetch-old-backup = Fetching message keys from the old key storage
reset-step-export = Saving message keys to the file
reset-step-make-keys = Making the new keys
reset-step-stage = Preparing the new secret storage beside the old one
reset-step-bind = Putting the new digital identity in force
reset-step-back-up = Filling the new key storage
reset-step-clean-up = Removing what is out of date
reset-working-title = Resetting
reset-working-safe = You can still cancel: nothing has been replaced.
reset-working-committed = The new digital identity is in force. If this is interrupted, it goes on where it was.

save-key-title = Save your new Security Key
save-key-why = It is the only way to your message history if you lose all your sessions. Keep it in a password manager, or on paper in a safe place. Nobody can give it back to you.
save-key-then = Until you have saved it, nothing is replaced.

authorise-title = Confirm that it is you
authorise-password = The homeserver wants the password of your account.
authorise-browser = The homeserver wants you to confirm this on a page of its own. Open it, confirm there, and come back.
authorise-either = The homeserver wants the password of your account, or that you confirm this on a page of its own. One of the two is enough.
authorise-other-account = That page was confirmed for another account. Sign out there, and confirm it as { $user }.
authorise-waiting = Waiting for the page. This goes on by itself once you have confirmed there.
authorise-reset = Then the new digital identity is put in force.
authorise-sign-out = Then the sessions are signed out.

hand-over-title = Give the new Security Key to your app
hand-over-what = The new digital identity is in force. Now enter the new Security Key in the app whose session this is, as you would to verify it. Everything old is still there.
hand-over-no-storage = If the app offers to repair key storage, decline.
hand-over-then = When the app has the key and has read the new key storage, say so here.

reset-done-title = Your new digital identity is in force
reset-done-fingerprint-before = Fingerprint before
reset-done-fingerprint-now = Fingerprint now
reset-done-contacts = { $count ->
    [one] { $count } contact has to be verified again.
   *[other] { $count } contacts have to be verified again.
}
reset-done-contacts-unknown = Contacts whom you had verified have to be verified again.
reset-done-key = The key that you saved opens everything from now on.
reset-done-old-key-keep = Should the old one turn up, keep it: it alone opens the old key storage.
reset-done-old-key-some = Keep the old one, too: older key storages or secrets of other programs are opened by it alone.
reset-done-old-key-useless = The old one is of no use any more. Throw it away, so that nobody mixes them up.
reset-done-room-keys = { $count ->
    [one] { $count } message key is in the new key storage.
   *[other] { $count } message keys are in the new key storage.
}
reset-done-session = This session is verified.
reset-done-untrusted = { $count ->
    [one] { $count } session has to be verified again, or signed out.
   *[other] { $count } sessions have to be verified again, or signed out.
}
old-storage-drained = All message keys of the old key storage are in the new one; the old one is deleted.
old-storage-kept = The old key storage is still on the homeserver. The old Security Key opens it, if it turns up one day.
old-storage-none = There was no old key storage.
old-storage-deleted = The old key storage is deleted; what only it held is gone.
old-storage-in-the-way = The homeserver goes on using the old key storage and takes no new one. The message keys of this session are in no new key storage: save them to a file.
old-storage-in-the-way-of-app = The homeserver goes on using the old key storage and takes no new one.

reset-stopped-title = The reset has stopped
reset-stopped-before = Nothing has been replaced.
reset-stopped-after = The new digital identity is in force, and nothing is lost. The reset can be finished at any time.
reset-cancelled-title = The reset was cancelled
reset-cancelled = What the reset had added is taken back, and your old Security Key stays in force. If the homeserver had already been asked to accept the new digital identity, keep both keys until a look at your account shows which one is in force.

reset-pending-title = A reset was interrupted
reset-pending-staged = Nothing has been replaced. You can go on, or cancel it.
reset-pending-committed = Your new digital identity is in force already. Go on to finish it; nothing is lost.
reset-pending-handing-over = Your new digital identity is in force already. Go on to give the new Security Key to your app.

## New Security Key

recovery-begin-title = Make a new Security Key
recovery-begin-intro = This makes a new Security Key (recovery key) for { $user }. It means:
recovery-means-key = You get a new one. Afterwards the old one, and the old Security Phrase, are of no use any more.
recovery-means-identity = It stays. Nobody loses trust: no session and no contact has to be verified again.
recovery-means-storage-stays = It stays, with everything in it.
recovery-means-storage-closed = It stays, but this session does not have its key, so the new Security Key will not open it. If you have the old one, stop here and verify this session with it first.
recovery-promise = No password is needed. The old key stays in force until you have saved the new one; until then you can cancel at any moment.

recovery-working-title = Making a new Security Key
recovery-step-make-key = Making the new key
recovery-step-stage = Writing your secrets under the new key, beside the old one
recovery-step-switch = Putting the new key in force
recovery-step-clean-up = Removing what is under the old key
recovery-working-safe = You can still cancel: the old key is in force.
recovery-working-committed = This cannot be cancelled any more. If it is interrupted, it goes on where it was.

recovery-done-title = Your new Security Key is in force
recovery-done-key = The key that you saved opens your secret storage from now on.
recovery-done-old-key-useless = The old one is of no use any more. Throw it away, so that nobody mixes them up.
recovery-done-old-key-keep = Should the old one turn up, keep it: it alone opens what is named below.
recovery-done-storage-closed = This session does not have its key, so the new Security Key does not open it, and new message keys of this session do not go there.
recovery-done-identity = As before: whoever was verified still is.
recovery-old-opens-storage-or-earlier = The key storage, or an earlier one
recovery-old-opens-earlier-storage = An earlier key storage
recovery-old-opens-dehydrated-device = The device that receives messages while you are offline
recovery-old-opens-other-program = A secret of another program ({ $name })

recovery-stopped-title = The new Security Key is not finished
recovery-stopped-before = The old Security Key is in force.
recovery-stopped-after = The new Security Key is in force, or will be once this goes on. Keep both until then.
recovery-cancelled-title = No new Security Key was made
recovery-cancelled = What had been added is taken back, and your old Security Key stays in force. If the new one was already being put in force, keep both until a look at your account shows which one is in force.
recovery-pending-title = A new Security Key was not finished
recovery-pending-staged = The old one is in force. You can go on, or cancel it.
recovery-pending-committed = The new one is being put in force. Go on to finish it; nothing is lost.

## What a key opens

check-title = What this Security Key opens
check-is-default = This is the account's Security Key, the one that every app asks for.
check-is-not-default = This is a key of this account, but not the one that apps ask for: it is not in force yet, or not any more.
check-opens-all = It opens everything. Keep it in a safe place.
check-opens-all-not-default = It opens everything. See whether a new Security Key waits to be finished.
check-opens-some = It does not open everything. Make a new Security Key, in a verified session that has the private keys.
check-opens-some-elsewhere = It does not open everything. Make a new Security Key in the program whose session this is.
secret-identity = Digital identity
secret-master = Digital identity: the main key
secret-self-signing = Digital identity: the key that verifies your sessions
secret-user-signing = Digital identity: the key that verifies contacts
secret-key-storage = Key storage: your encrypted messages

## Unlock: this session is verified with the Security Key or Phrase

unlock-title = Verify this session
unlock-how = Enter your Security Key or your Security Phrase. Then this session is verified, and it can read your message history.
unlock-lost = If you have neither, another verified session can verify this one.
unlock-working = Verifying this session
unlock-done-title = This session is verified
unlock-done-storage = Your message history comes from the key storage as you open rooms.
unlock-done-without-storage = The key storage was not opened. Older messages may stay unreadable here.

## Verification of a session by another

verify-title = Verify a session
verify-waiting = Waiting for { $other }. Where it asks, accept there.
verify-requested = { $other } asks to verify. Accept only if you started this there.
verify-ready = { $other } is there.
verify-how = { $other } is there. How do you want to compare?
verify-only-scan = { $other } shows a QR code. Scan it.
verify-show-code = Scan this code with { $other }.
verify-show-code-alternative = If it cannot scan, compare emoji instead.
verify-emoji = Are these the emoji that { $other } shows, in this order?
verify-numbers = Are these the numbers that { $other } shows, in this order?
verify-time-limit = The sessions give up after a minute without an answer.
verify-scanned = { $other } scanned the code. Does it say that it worked?
verify-confirmed = Waiting for { $other }: confirm there as well.
verify-done-title = Verified
verify-done = The signature is on the homeserver.
verify-cancelled-title = Not verified
verify-stopped-title = The verification has stopped
verify-the-other-session = the other session

cancelled-user = The verification was cancelled. Start it again when both sides are ready.
cancelled-timed_out = The verification took too long. Start it again with both sessions at hand.
cancelled-mismatched_sas = The emoji or numbers were not the same. Somebody may be listening in: check that you use the right homeserver, and try again on another network.
cancelled-mismatched_commitment = The keys are not the expected ones. Somebody may be listening in, or this is not the session you meant: look at the list of sessions before you try again.
cancelled-key_mismatch = { cancelled-mismatched_commitment }
cancelled-user_mismatch = { cancelled-mismatched_commitment }
cancelled-accepted_elsewhere = Another session answered this request. Continue there.
cancelled-unknown_method = The two sessions share no way to verify. Try emoji, or update the other client.
cancelled-unexpected_message = The two sessions did not understand each other. Start again; if it stays so, update the other client.
cancelled-invalid_message = { cancelled-unexpected_message }
cancelled-unknown_transaction = { cancelled-unexpected_message }
cancelled-invalid_qr_code = The scanned code was not the right one. Start again and scan the code shown then.
cancelled-another_verification = Another verification was started at the same time, so both were cancelled. Start one of them again.
cancelled-session_gone = The other session was signed out. List the sessions again.
cancelled-other = The other session cancelled without a reason that is known here. Start again.

## Sessions

sessions-title = Sessions
sessions-others = { $count ->
    [0] There are no other sessions.
    [one] { $count } other session
   *[other] { $count } other sessions
}
sessions-of-filter = { $count ->
    [0] No session is like that.
    [one] { $count } session
   *[other] { $count } sessions
}
filter-all = All
filter-verified = Verified
filter-unverified = Unverified
filter-inactive = Inactive
filter-unverifiable = No encryption
trust-verified = Verified
trust-unverified = Unverified
trust-unverifiable = No encryption
trust-unverifiable-explained = Does not support encryption, so it cannot be verified
session-inactive = Inactive for 90 days or longer
session-current = This session

advice-unverified = { $count ->
    [one] { $count } unverified session: verify it, or sign out if you do not know it.
   *[other] { $count } unverified sessions: verify, or sign out of unknown ones.
}
advice-unverified-unsure = { $count ->
    [one] { $count } unverified session, as far as this one can tell.
   *[other] { $count } unverified sessions, as far as this one can tell.
}
advice-inactive = { $count ->
    [one] { $count } inactive session (90 days or longer): sign out if not used.
   *[other] { $count } inactive sessions (90 days or longer): sign out if not used.
}
advice-unlisted = { $count ->
    [one] { $count } session that the homeserver hides from its list: its fault, or somebody's doing.
   *[other] { $count } sessions that the homeserver hides from its list: its fault, or somebody's doing.
}
session-unlisted = The homeserver shows this session's keys, but leaves it out of the list of sessions
new-login = New login: { $name } ({ $device }), { $ago }. Was it you?

session-name-public = Public: the people you talk to can see it
session-name-is-client = It has no name; this is what its client calls itself
session-name-is-id = It has no name; this is its ID
session-id = Session ID
session-verification = Verification
session-last-activity = Last activity
session-activity-unknown = activity unknown
session-ip-address = IP address
session-client = Client
session-kind = Kind
session-push = Push notifications
session-fingerprint = Fingerprint
session-first-listed = First listed here
session-new-login-open = A new login that nobody has acknowledged
session-new-login-acknowledged = A new login that you acknowledged
session-renamed = Renamed
session-renamed-from-to = Before: { $from }, now: { $to }
session-no-name = no name
unknown = unknown
kind-desktop = Desktop
kind-mobile = Mobile
kind-web = Web
kind-unknown = unknown
push-on = on
push-off = off
push-unsupported = cannot be switched from here

ago-now = just now
ago-minutes = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}

rename-title = Rename the session

sign-out-title = { $count ->
    [one] Sign out of { $count } session?
   *[other] Sign out of { $count } sessions?
}
sign-out-trust-unknown = { $count ->
    [one] This session is not verified, so it cannot tell whether that one is verified and likely your own.
   *[other] This session is not verified, so it cannot tell which of them are verified and likely your own.
}
sign-out-verified = { $count ->
    [one] One of them is verified, so it is likely your own.
   *[other] { $count } of them are verified, so they are likely your own.
}
sign-out-it-is-verified = It is verified, so it is likely your own.
sign-out-seen = { $count ->
    [one] One of them was active within the last 24 hours, so somebody uses it.
   *[other] { $count } of them were active within the last 24 hours, so somebody uses them.
}
sign-out-it-was-seen = It was active within the last 24 hours, so somebody uses it.
sign-out-this = This session is among them: you are logged out here.
sign-out-last-session = No other session that supports encryption stays: only the Security Key opens your messages then.
sign-out-unsaved-room-keys = { $count ->
    [one] { $count } message key of this session is in no key storage. Save it before you sign out.
   *[other] { $count } message keys of this session are in no key storage. Save them before you sign out.
}
sign-out-on-page = On this homeserver sessions are signed out on its account page, in a browser.
sign-out-working = Signing out
sign-out-stopped-title = Signing out did not finish
sign-out-done-title = { $count ->
    [one] Signed out of { $count } session
   *[other] Signed out of { $count } sessions
}

## Where the screens begin, and what did not work

overview-title = Account security
stopped-title = It did not work

## Examination

doctor-title = How your account stands
doctor-healthy = Your account's security is in order.
doctor-smallest-first = What is named first is the smallest thing that helps.
doctor-more = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
}
severity-info = Good to know
severity-warning = Warning
severity-critical = Important

finding-session-unverified = This session is not verified: other people and your other sessions cannot know that it is yours, and many apps refuse to work with such sessions. Your account itself is not harmed.
finding-session-keys_missing = This session is verified, but it does not hold the private keys of your digital identity. It works, and it cannot verify other sessions or make a new Security Key.
finding-session-device_keys_differ = The homeserver shows other keys for this session than it has. Either this session was restored from an old copy, or the homeserver is not honest. Messages to this session cannot be read here.
finding-session-tokens_exposed = An earlier version left this session's access tokens unencrypted on this disk, and the homeserver offers no way to replace them.
finding-identity-missing = Your account has no digital identity yet, so no session can be verified and there is no Security Key.
finding-identity-gone = The homeserver no longer shows your digital identity, which this session knows. An identity is replaced and never removed: either the homeserver was set back to an earlier state, or it is not honest. Wait whether it comes back before you set up another.
finding-identity-invalid = The digital identity that the homeserver shows is damaged: its signatures do not hold, so nobody can rely on it.
finding-identity-replaced = Your digital identity is another than the one that this session has verified. If you reset it on another device, verify this session again. If you did not, somebody else did: change your password first, and look at your sessions.
finding-secret_storage-missing = Your account has no secret storage, so there is no Security Key: if you lose your sessions, your history and your digital identity are lost with them.
finding-secret_storage-no_default = Secret storage is there, but it names no Security Key, so no app can open it. An app that began a reset and did not finish it leaves it so.
finding-secret_storage-incomplete-both = Your Security Key does not open everything: your digital identity and the key of the key storage are not under it. A new login would not get them back.
finding-secret_storage-incomplete-storage = Your Security Key does not open everything: the key of the key storage is not under it. A new login would not get it back.
finding-secret_storage-incomplete-identity = Your Security Key does not open everything: your digital identity is not under it. A new login would not get it back.
finding-secret_storage-stale = { $count ->
    [one] Secret storage has entries of an old key that no longer exists. They open nothing and do no harm.
   *[other] Secret storage has entries of { $count } old keys that no longer exist. They open nothing and do no harm.
}
finding-secret_storage-wrong_key = The Security Key or Phrase that you gave is not the one that apps ask for: another one has taken its place.
finding-secret_storage-wrong_key-both = The Security Key or Phrase that you gave does not open your digital identity and the key of the key storage. Either it is not the present one, or an app has written something else there. A new login would not get them back with it.
finding-secret_storage-wrong_key-storage = The Security Key or Phrase that you gave does not open the key of the key storage. Either it is not the present one, or an app has written something else there. A new login would not get it back with it.
finding-secret_storage-wrong_key-identity = The Security Key or Phrase that you gave does not open your digital identity. Either it is not the present one, or an app has written something else there. A new login would not get it back with it.
finding-recovery_key-lost = You have lost your Security Key. Nothing is lost with it as long as one of your sessions is verified; make a new one before you lose that.
finding-backup-missing = Your messages' keys are not backed up: a new session cannot read your history, and if you lose your sessions, it is lost.
finding-backup-off = Key storage is turned off, so a new session cannot read your history. If you want it so, nothing is wrong.
finding-backup-key_elsewhere = There is a key storage, but this session has no key for it: the keys of this session's messages do not go there.
finding-backup-behind = { $count ->
    [one] { $count } message key of this session is not in the key storage yet.
   *[other] { $count } message keys of this session are not in the key storage yet.
}
finding-backup-flag_contradicts = There is a key storage, and your account's settings say that you want none. Apps do not agree on which of the two counts, and may stop backing up.
finding-backup-untrusted = Nobody whom this session trusts has signed the key storage on the homeserver. If it is not yours, whoever made it would read what is put there, so this session puts nothing there.
finding-backup-old_left = { $count ->
    [one] An older key storage of yours is still there. With the Security Key of that time, what it holds can be moved into the present one.
   *[other] { $count } older versions of your key storage are still there. With the Security Key of that time, what they hold can be moved into the present one.
}
finding-dehydrated-foreign = A device that should receive your messages while you are offline is not signed by your digital identity. It is a leftover, or somebody else's, and you cannot read what it receives.
finding-sessions-unverified = { $count ->
    [one] { $count } other session is not verified. If it is yours, verify it; if you do not know it, sign it out and change your password.
   *[other] { $count } other sessions are not verified. If they are yours, verify them; if you do not know them, sign them out and change your password.
}
finding-sessions-inactive = { $count ->
    [one] { $count } other session has not been active for 90 days. What you do not use any more can be signed out.
   *[other] { $count } other sessions have not been active for 90 days. What you do not use any more can be signed out.
}
finding-sessions-keyless = { $count ->
    [one] { $count } other session does not support encryption.
   *[other] { $count } other sessions do not support encryption.
}
finding-sessions-unlisted = { $count ->
    [one] The homeserver shows the keys of { $count } session that it does not list among your sessions. That is a fault of the homeserver, or somebody hides a session.
   *[other] The homeserver shows the keys of { $count } sessions that it does not list among your sessions. That is a fault of the homeserver, or somebody hides a session.
}
finding-server-no_key_backup = This homeserver keeps no key storage, so a new session cannot read your history. Export your messages' keys to a file to keep them.
finding-server-no_account_data_list = This homeserver does not list what is stored for your account. What else an old Security Key opens cannot be seen, so old keys are left where they are, and a key that is not the present one cannot be used.
finding-contacts-changed = { $count ->
    [one] { $count } contact has another digital identity than the one that you had verified. Perhaps they have reset it; or somebody else pretends to be them. Ask them in another way, and compare emoji with them before you rely on what you write each other.
   *[other] { $count } contacts have another digital identity than the one that you had verified. Perhaps they have reset it; or somebody else pretends to be them. Ask them in another way, and compare emoji with them before you rely on what you write each other.
}
finding-contacts-verified_lost = { $count ->
    [one] You had verified { $count } contact with your former digital identity, which is gone. You can go on writing to them; whether anybody has taken their place you only know once you have compared emoji with them again.
   *[other] You had verified { $count } contacts with your former digital identity, which is gone. You can go on writing to them; whether anybody has taken their place you only know once you have compared emoji with them again.
}
finding-flow-pending = A reset or a new Security Key was interrupted and waits. Until it is finished or cancelled, nothing else that changes keys can be begun.

## What mends it

remedy-unlock = Verify this session with the Security Key or Phrase
remedy-verify_by_session = Verify this session by another one, with emoji or a QR code
remedy-ask_other_sessions = Ask your other sessions for the private keys
remedy-sign_this_session = Sign this session with the private keys that it holds
remedy-write_secret_storage = Write what is missing into secret storage, under the present Security Key
remedy-new_recovery_key = Make a new Security Key
remedy-make_backup = Make a key storage
remedy-upload_room_keys = Upload them
remedy-say_backup_is_wanted = Say that you want the key storage
remedy-recover_room_keys = Move what it holds into the present key storage
remedy-remove_dehydrated_device = Remove that device
remedy-look_at_sessions = Look at them
remedy-verify_contacts_again = Compare emoji with them in the app in which you write to them
remedy-dismiss_contacts = Leave them unverified, and hear no more of it
remedy-log_in_again = Log out, then log in again
remedy-resume_reset = Go on with the reset
remedy-cancel_reset = Cancel the reset
remedy-resume_recovery = Go on with the new Security Key
remedy-cancel_recovery = Cancel the new Security Key
remedy-in_other_program = Do it in the program whose session this is
remedy-set_up = Set up a digital identity, a Security Key and a key storage
remedy-reset = Reset: a new digital identity
remedy-alone = { $remedy }.
remedy-by-sessions = { $remedy } (with { $sessions }).

consequence-nothing_is_lost = Nothing is lost, and nobody has to verify you again.
consequence-sessions_lose_trust = { $count ->
    [0] No other session of yours is verified now.
    [one] { $count } other session has to be verified again.
   *[other] { $count } other sessions have to be verified again.
}
consequence-room_keys_uploaded = { $count ->
    [one] { $count } message key goes into the key storage.
   *[other] { $count } message keys go into the key storage.
}
consequence-room_keys_need_old_key = { $count ->
    [one] { $count } message key in the present key storage needs the old Security Key.
   *[other] { $count } message keys in the present key storage need the old Security Key.
}
consequence-authorisation = Your password, or an approval in the browser, is needed.
consequence-contacts_verify_again = People who have verified you have to do it again.
consequence-no_messages_while_offline = Until an app makes a new one, nothing receives your messages while you are offline.

## What went wrong. Each is named after the code of the error

error-account-closed = This account was shut down. Restore it first.
error-account-paused = This account was paused. Resume it, then try again.

error-attach-homeserver = The homeserver's address has to begin with https://.
error-attach-id = The user ID has the form @alice:example.org, and the device ID is not empty.
error-attach-key = A key has 43 characters of base64, as other sessions show it (session key, fingerprint).
error-attach-reset_pending = A reset or a new Security Key waits here, or its last request may still arrive, and its new keys may be nowhere else. Finish it or cancel it first, or give it up.

error-auth-browser_needed = This homeserver wants this to be authorised in a browser.
error-auth-not_approved = Nobody has authorised it in the browser yet, or the approval has lapsed. Try again.
error-auth-unsupported = This homeserver asks for an authorisation that is not supported: { $stages }.
error-auth-wrong_password = That password is wrong. Try again.

error-discovery-certificate = The certificate of what answers there is not valid: somebody else may answer in its place. Check the spelling and this device's date, or try another network.
error-discovery-insecure = Refused to use plain HTTP: passwords would travel unencrypted. Use an https:// address.
error-discovery-not_a_server_name = That is neither a server name like example.org nor an address like https://matrix.example.org.
error-discovery-not_matrix = Something answers there, and it is no Matrix homeserver. Check the address.
error-discovery-unreachable = Nothing answers there. Check the spelling and the connection.

error-export-disk_full = There is no room left for the file: the disk is full.
error-export-empty_passphrase = The passphrase is empty.
error-export-is_folder = This is a folder, not a file.
error-export-no_such_folder = The folder of the file does not exist.
error-export-permission_denied = Writing to this place is not permitted.
error-export-store_failed = The local store cannot be read: { $cause }.
error-export-store_version = The store has schema version { $found }; this version reads { $known }.
error-export-write_failed = Writing the file failed: { $cause }.

error-import-changed = The file changed while it was read.
error-import-damaged = The file is damaged.
error-import-disk_full = The local store cannot take the room keys: the disk is full.
error-import-not_a_file = This is not a regular file.
error-import-not_an_export = This is not a file of exported room keys.
error-import-not_found = The file does not exist.
error-import-not_room_keys = The file holds no list of room keys.
error-import-permission_denied = Reading this file is not permitted.
error-import-read_failed = Reading the file failed: { $cause }.
error-import-rounds = This file asks for { $asked } key-derivation rounds; at least 1 and at most { $most } are accepted.
error-import-store_failed = The local store refused the room keys: { $cause }.
error-import-truncated = The file is truncated: its end is missing.
error-import-unsupported_version = The file has version { $found } of the format; only version 1 is supported.
error-import-wrong_passphrase = Wrong passphrase, or the file is damaged.

error-login-already_logged_in = This folder already holds a session of { $user }. Log out of it first, or choose another folder.
error-login-client_refused = The homeserver's account service refuses this program ({ $code }).
error-login-denied = The login was cancelled in the browser. Begin it again if that was a mistake.
error-login-ended = The homeserver's account service ended the login ({ $code }). Begin it again.
error-login-expired = The login has expired, or its answer was used before. Begin it again.
error-login-not_begun = No login waits here for a browser. Begin it again.
error-login-not_offered = This homeserver does not offer this way to log in.
error-login-other_answer = This answer belongs to another login. Finish the one that was begun here, or begin it again.
error-login-password_not_offered = This homeserver does not offer to log in with a password.
error-login-wrong_password = User name or password is wrong.

error-logout-recovery_pending = A new Security Key is not finished. Resume it or cancel it first.
error-logout-reset_pending = A reset is not finished, and its keys are in this session alone. Resume or cancel it first.
error-logout-reset_running = A reset of this account is running. Finish it or stop it first.
error-logout-still_signed_in = The homeserver says that it signed this session out, but still lists it. Try again.
error-logout-unsaved_room_keys = { $count ->
    [one] { $count } message key of this session is in no key storage and would be lost. Save it first.
   *[other] { $count } message keys of this session are in no key storage and would be lost. Save them first.
}

error-network-authority = That is no certificate of an authority. Use a file in PEM or DER.
error-network-proxy = That is no address of a proxy. Use http:// or https:// and its name; a name and a password are given beside it.
error-network-user_agent = That cannot be sent as a user agent. Use a short text of ASCII letters.
error-push-unsupported = Push notifications of that session cannot be switched from here.

error-recovery-already_committed = The new Security Key is already being put in force, so it cannot be cancelled. Resume it to finish.
error-recovery-already_running = A reset or a new Security Key of this account is under way already.
error-recovery-empty_passphrase = The Security Phrase is empty.
error-recovery-identity_gone = The homeserver no longer shows your digital identity, so the new Security Key cannot be finished. Try again later. If the homeserver was set back to an earlier state, export your message keys, log out and in again, and set up a new identity.
error-recovery-key_mismatch = That is not the Security Key that was shown. Check it and type it again.
error-recovery-keys_missing = This session does not have the private keys. Use a session that has them, or verify this one by such a session.
error-recovery-not_kept = The homeserver did not keep the new Security Key. Resume to try again.
error-recovery-not_undone = The homeserver did not take back what was written under the new Security Key. Cancel again.
error-recovery-not_verified = This session is not verified. Verify it first, with the Security Key or by another session.
error-recovery-nothing_pending = No new Security Key is waiting.
error-recovery-out_of_order = Making the new Security Key is waiting for something else.
error-recovery-outdated_secret_storage = Secret storage does not hold this account's digital identity.
error-recovery-pending = A new Security Key is waiting to be finished. Resume it or cancel it first.
error-recovery-reset_pending = A reset is waiting to be finished. Resume it or cancel it first.
error-recovery-staging_not_kept = The homeserver did not keep what was written under the new Security Key. Nothing was replaced. Try again.
error-recovery-superseded = Another client has changed this account's secret storage in the meantime. Nothing was lost; start again if you still need a new Security Key.
error-recovery-unknown_journal = The new Security Key was begun by another version of Keyward. Use that version to finish it.
error-recovery-weak_passphrase = The Security Phrase is too easy to guess. Use several unrelated words.

error-rename-not_found = That session is gone: it was signed out meanwhile.
error-rename-too_long = A session's name has { $most } characters at most.

error-repair-already_running = Something else that changes keys is under way. Wait until it has ended.
error-repair-backup_is_there = There is a key storage that is in order. Open it with the Security Key instead of making another.
error-repair-changed = The account has changed in the meantime. Look at it again.
error-repair-keys_missing = This session does not have the keys that this needs. Ask another session for them, or verify this one by a session that has them.
error-repair-no_backup = There is no key storage that this session uses. Make one, or open it with the Security Key.
error-repair-no_secret_storage = Secret storage names no Security Key. Make a new one first.
error-repair-nobody_answered = No other session has sent the keys yet. Open one of your verified sessions, leave it open, and try again.
error-repair-not_kept = The homeserver did not keep what was written. Try again.
error-repair-not_verified = { error-recovery-not_verified }
error-repair-opens_no_backup = That Security Key opens no older key storage.
error-repair-pending = A reset or a new Security Key is waiting to be finished. Resume it or cancel it first.
error-repair-would_lose = Secret storage has the key of another key storage, which would be overwritten. Make a new Security Key first.

error-reset-already_committed = The new digital identity is already in force, so the reset cannot be cancelled. Resume it to finish.
error-reset-already_running = A reset of this account is running already.
error-reset-backup_replaced = Another client keeps replacing the key storage. Resume the reset later.
error-reset-empty_passphrase = { error-recovery-empty_passphrase }
error-reset-finished_elsewhere = This reset was finished already, and a newer Security Key has been made since. That one is in force.
error-reset-host_device = The homeserver does not show this session's own keys. If its app has just been logged in, wait a moment and try again. Otherwise do not trust this homeserver.
error-reset-key_mismatch = { error-recovery-key_mismatch }
error-reset-no_room_keys = The room keys of this session are kept by its own app. Export them there.
error-reset-not_accepted = The homeserver says that it accepted the new digital identity, but still shows the old one. Try again.
error-reset-not_deleted = The homeserver still has something that the old Security Key opens. Resume the reset to try again.
error-reset-not_kept = The homeserver did not keep what was written. Resume the reset to try again.
error-reset-not_signed = The homeserver did not accept the signature of this session. Resume the reset to try again.
error-reset-not_taken_over = The new key storage does not yet hold everything that the old one holds. Give the app some time with the new Security Key, or keep the old key storage.
error-reset-not_undone = The homeserver did not take back what the reset had added. Cancel again.
error-reset-nothing_pending = No reset is waiting.
error-reset-other_pending = { error-recovery-pending }
error-reset-out_of_order = The reset is waiting for something else.
error-reset-pending = { error-recovery-reset_pending }
error-reset-plan_outdated = The account has changed since the consequences were shown. Look at them again.
error-reset-staging_not_kept = The homeserver did not keep the new secret storage. Nothing was replaced. Try again.
error-reset-superseded = Another client has reset this account in the meantime. Cancel this reset; start again if you still need it.
error-reset-unknown_journal = The interrupted reset was begun by another version of Keyward. Use that version to finish it.
error-reset-weak_passphrase = { error-recovery-weak_passphrase }

error-secret_storage-damaged_secret = A stored secret is damaged.
error-secret_storage-key_not_described = Secret storage is broken: its key is described nowhere.
error-secret_storage-mistyped_key = That is not a Security Key: a character is wrong or missing. Check it and type it again.
error-secret_storage-no_passphrase = This account has no Security Phrase. Use the Security Key.
error-secret_storage-not_set_up = This account has no secret storage that a Security Key could open.
error-secret_storage-unsupported = Secret storage asks for something that this version refuses ({ $what }).
error-secret_storage-wrong_key = The Security Key or Phrase is not the one of this account.

error-server-certificate = The homeserver's certificate is not valid, so nothing was sent to it: somebody else may answer in its place. Check this device's date, or try another network.
error-server-failing = The homeserver has a problem of its own (HTTP { $status }). Try again later.
error-server-not_understood = The homeserver's reply makes no sense. Is this a Matrix homeserver, and is nothing in between?
error-server-other_session = The access token belongs to another session than the one that is attached.
error-server-rate_limited = { $seconds ->
    [0] The homeserver asks to wait.
    [one] The homeserver asks to wait { $seconds } second.
   *[other] The homeserver asks to wait { $seconds } seconds.
}
error-server-refused = The homeserver refused the request ({ $code }, HTTP { $status }).
error-server-session_expired = This session was signed out. Log in again.
error-server-token_expired = There is no access token that the homeserver takes. Try again when the app has a new one.
error-server-unreachable = The homeserver cannot be reached. Check the connection and try again.

error-sign_out-account_management = On this homeserver sessions are signed out on its account page, in a browser.
error-sign_out-current_session = This session is among them. Use logout for it.
error-sign_out-not_verified = This session is not verified, so it cannot tell which of the others are. Verify it first.
error-sign_out-still_there = { $count ->
    [one] The homeserver says that it signed them out, but { $count } session is still signed in. Try again.
   *[other] The homeserver says that it signed them out, but { $count } sessions are still signed in. Try again.
}

error-store-damaged = The local store is damaged: a file is missing or broken. Restore it, or move it away and log in again.
error-store-failed = The local store cannot be read or written. Check the disk's free space and permissions, then try again.
error-store-in_use = Another program is using this store. Close it and try again.
error-store-newer_version = The local store was written by a newer version of Keyward. Use that version.
error-store-not_logged_in = Nobody is logged in here. Log in first.
error-store-other_account = The files in this folder belong to different logins. Restore the ones that belong together.
error-store-other_user = The folder of the local store belongs to another user of this machine, or something in it is a link or a pipe in place of a file. Use a folder of your own.
error-store-wrong_key = The key does not open the local store. It belongs to another store, or the key was replaced.

error-store_key-wrong_length = A store key has 32 bytes.

error-texts-no_such_argument = The text { $id } is given no argument { $argument }.
error-texts-syntax = The texts are not in the form of Fluent: { $reason }.
error-texts-unknown = There is no text named { $id }.
error-texts-unusable = The text { $id } refers to something that is not there.

error-unlock-incomplete_secret_storage = { error-recovery-outdated_secret_storage }
error-unlock-not_signed = The homeserver did not accept the signature of this session. Try again.
error-unlock-outdated_secret_storage = Secret storage holds an older digital identity.

error-verification-already_verified = This session is verified already.
error-verification-current_session = This is the session you are using. It can be verified from another session, or with the Security Key.
error-verification-no_encryption = That session does not support encryption, so it cannot be verified.
error-verification-no_identity = The homeserver shows no digital identity of this account, so no session can be verified.
error-verification-nobody_can_sign = Neither of the two sessions is verified. Unlock this one with the Security Key first, or use another.
error-verification-nobody_to_ask = There is no other verified session. Unlock this one with the Security Key or Security Phrase.
error-verification-not_found = There is no such session. It may have been signed out.
error-verification-not_now = The verification is not at this step (any more).
error-verification-not_signed = The homeserver does not have the signature, so the session is not verified. Try again.
error-verification-other_qr_code = This code belongs to another verification. Scan the one that the other session shows now.
error-verification-unknown_qr_code = This is not a Matrix verification code. Scan the one that the other session shows.

## The emoji of a verification, as the specification names them (Client-Server API, "SAS method: emoji")

emoji-0 = Dog
emoji-1 = Cat
emoji-2 = Lion
emoji-3 = Horse
emoji-4 = Unicorn
emoji-5 = Pig
emoji-6 = Elephant
emoji-7 = Rabbit
emoji-8 = Panda
emoji-9 = Rooster
emoji-10 = Penguin
emoji-11 = Turtle
emoji-12 = Fish
emoji-13 = Octopus
emoji-14 = Butterfly
emoji-15 = Flower
emoji-16 = Tree
emoji-17 = Cactus
emoji-18 = Mushroom
emoji-19 = Globe
emoji-20 = Moon
emoji-21 = Cloud
emoji-22 = Fire
emoji-23 = Banana
emoji-24 = Apple
emoji-25 = Strawberry
emoji-26 = Corn
emoji-27 = Pizza
emoji-28 = Cake
emoji-29 = Heart
emoji-30 = Smiley
emoji-31 = Robot
emoji-32 = Hat
emoji-33 = Glasses
emoji-34 = Spanner
emoji-35 = Santa
emoji-36 = Thumbs Up
emoji-37 = Umbrella
emoji-38 = Hourglass
emoji-39 = Clock
emoji-40 = Gift
emoji-41 = Light Bulb
emoji-42 = Book
emoji-43 = Pencil
emoji-44 = Paperclip
emoji-45 = Scissors
emoji-46 = Lock
emoji-47 = Key
emoji-48 = Hammer
emoji-49 = Telephone
emoji-50 = Flag
emoji-51 = Train
emoji-52 = Bicycle
emoji-53 = Aeroplane
emoji-54 = Rocket
emoji-55 = Trophy
emoji-56 = Ball
emoji-57 = Guitar
emoji-58 = Trumpet
emoji-59 = Bell
emoji-60 = Anchor
emoji-61 = Headphones
emoji-62 = Folder
emoji-63 = Pin
