# SPDX-License-Identifier: Apache-2.0
#
# What the terminal app itself says, in German. Not yet read by a native speaker.

## What several commands say

cancelled = Abgebrochen.
cancelled-input-ended = Abgebrochen: Die Eingabe ist zu Ende.
nothing-was-changed = Es wurde nichts geändert.
try-again = Erneut versuchen?
go-on = Fortfahren?
error = Fehler:
not-up-to-date = Nicht auf dem neuesten Stand: { $trouble }
asking-homeserver = Der Heimserver wird gefragt
looking-at-account = Das Konto wird angesehen
ask-password = Passwort Ihres Kontos:
ask-access-token = Zugriffstoken:
open-old-storage = Was öffnet den alten Schlüsselspeicher?
one-of-your-other-sessions = eine Ihrer anderen Sitzungen
impossible-time = zu einer unmöglichen Zeit

## Questions

answer-yes = ja
answer-no = nein
answer-default-yes = J/n
answer-default-no = j/N
answer-yes-or-no = Bitte antworten Sie mit ja oder nein.
answer-all = alle
ask-secret = { $question } (wird nicht angezeigt)
secret-hidden = (verborgen)
secret-empty = Die Eingabe darf nicht leer sein.
secret-differs = Die beiden Eingaben sind nicht gleich. Geben Sie beide noch einmal ein.
choose-keys = Pfeiltasten bewegen, Enter wählt aus
choose-number = Eine Zahl von 1 bis { $last }:
choose-number-wrong = Das ist keine der Zahlen.
choose-any-keys = Pfeiltasten bewegen, Leertaste wählt aus, rechts wählt alle, links keine, Enter geht weiter
choose-any-numbers = Zahlen mit Kommas dazwischen, `{ $all }` oder nichts:
choose-any-wrong = Das ist keine Liste der Zahlen.
chosen = { $count } ausgewählt

## Progress

step-of = Schritt { $number } von { $total }: { $step }
progress-of = { $done } von { $total }
progress-done = fertig
progress-done-with = { $what } … fertig

## The new Security Key

key-saved-word = gespeichert
key-title = Ihr neuer Sicherheitsschlüssel (Wiederherstellungsschlüssel)
key-label = Ihr neuer Sicherheitsschlüssel (Wiederherstellungsschlüssel):
key-advice = Speichern Sie ihn jetzt: in einem Passwortmanager oder auf Papier an einem sicheren Ort. Er öffnet Ihre verschlüsselten Nachrichten und verifiziert Ihre Sitzungen, wenn sonst nichts mehr da ist. Er wird nicht noch einmal angezeigt.
key-type-again = Geben Sie den Schlüssel noch einmal ein oder `{ $saved }`:
key-type-whole = Geben Sie den ganzen Schlüssel ein oder `{ $saved }`, wenn er gespeichert ist.
key-group-differs = Das ist nicht der Schlüssel: Gruppe { $group } von { $total } ist anders. Prüfen Sie die Eingabe und geben Sie den Schlüssel erneut ein.
key-too-long = Das ist mehr als der Schlüssel. Prüfen Sie die Eingabe und geben Sie den Schlüssel erneut ein.
key-is-saved = Der Schlüssel ist gespeichert.
key-source = Was soll Ihren Geheimnisspeicher öffnen?
key-source-generated = Ein Sicherheitsschlüssel, der für Sie erstellt wird (empfohlen)
key-source-phrase = Eine eigene Sicherheitsphrase
key-phrase-hint = Mehrere Wörter ohne Zusammenhang sind leicht zu merken und schwer zu erraten. Verwenden Sie nicht das Passwort Ihres Kontos.
key-phrase-new = Neue Sicherheitsphrase:
key-phrase-again = Dieselbe Phrase noch einmal:
key-phrase-opens-the-same = Ihre Sicherheitsphrase öffnet dasselbe; der Schlüssel ist für den Tag, an dem Sie die Phrase vergessen haben.

## The present Security Key or Phrase

ask-key-kind = Sicherheitsschlüssel (48 Zeichen, Es…)
ask-phrase-kind = Sicherheitsphrase
ask-key = Sicherheitsschlüssel:
ask-phrase = Sicherheitsphrase:

## A browser

browser-how = Wie möchten Sie bestätigen, dass Sie es sind?
browser-by-password = Mit dem Passwort des Kontos
browser-by-browser = In einem Browser
browser-page = { $what }:
browser-page-or-scan = { $what }, oder scannen Sie diesen Code mit einem Telefon:
browser-other-account = Das wurde als ein anderes Konto getan. Öffnen Sie die Seite noch einmal und tun Sie es als { $user }
browser-enter-code = { $minutes ->
    [one] Öffnen Sie diese Seite in einem Browser, auf diesem oder einem anderen Gerät, und geben Sie dort innerhalb von { $minutes } Minute den Code ein
   *[other] Öffnen Sie diese Seite in einem Browser, auf diesem oder einem anderen Gerät, und geben Sie dort innerhalb von { $minutes } Minuten den Code ein
}
browser-code = Code: { $code }
browser-waiting = Es wird auf den Browser gewartet
browser-waiting-with-keys = Es wird auf den Browser gewartet; Enter sieht jetzt nach, Ctrl-C hört auf

## The key of the local store

store-key-missing = Der Schlüssel des lokalen Datenspeichers fehlt: Weder der Schlüsselbund des Systems noch die Datei store.key hat ihn. Legen Sie ihn wieder dorthin, oder verschieben Sie den Ordner und melden Sie sich erneut an.
store-key-missing-without-keyring = Der Schlüssel des lokalen Datenspeichers fehlt: Es gibt keine Datei store.key. Wenn der Schlüsselbund des Systems ihn hat, führen Sie den Befehl ohne --no-keyring und KEYWARD_NO_KEYRING aus.
store-key-keyring = Der Schlüssel des lokalen Datenspeichers sollte im Schlüsselbund des Systems sein, der nicht verwendet werden kann ({ $cause }). Entsperren Sie ihn oder melden Sie sich am Desktop an und versuchen Sie es erneut.
store-key-damaged-entry = Der Eintrag im Schlüsselbund des Systems ist kein Schlüssel eines Datenspeichers. Stellen Sie ihn aus einer Sicherung wieder her.
store-key-damaged-file = Die Datei store.key ist kein Schlüssel eines Datenspeichers. Stellen Sie sie aus einer Sicherung wieder her.
store-key-folder-unwritable = Der Ordner des Datenspeichers kann nicht geschrieben werden: { $cause }.
store-key-unwritable = Die Datei store.key kann nicht geschrieben werden: { $cause }.
store-key-unreadable = Die Datei store.key kann nicht gelesen werden: { $cause }.
store-key-left = Die Datei store.key kann nicht entfernt werden: { $cause }.
store-key-permissions = Andere Benutzer dieses Rechners könnten den Schlüssel des Datenspeichers lesen (Modus { $mode }), deshalb wird er nicht verwendet. Wenn Sie ihm vertrauen, führen Sie `chmod 600 { $file }` aus und versuchen Sie es erneut.
keyring-silent = er antwortet nicht
keyring-locked = er antwortet nicht oder wartet darauf, entsperrt zu werden
keyring-failed = die Anfrage ist fehlgeschlagen
keyring-no-access = kein Zugriff: { $cause }
keyring-several-entries = er hat mehrere Einträge für diesen Datenspeicher
keyring-broken = er funktioniert nicht

## After an error: what to run next

result-unwritable = Das Ergebnis kann nicht geschrieben werden: { $cause }.
next-page = Die Seite des Heimservers dafür: { $pages }
next-doctor = `keyward doctor` findet die kleinste Maßnahme, die hilft.
next-session-expired = Die Nachrichtenschlüssel sind noch hier: `keyward keys export FILE` speichert sie, danach entfernt `keyward logout` die Dateien dieser Sitzung.
next-not-logged-in = Das tut `keyward login --homeserver URL`.
next-not-offered = Ohne Optionen findet `keyward login` heraus, was er anbietet, und fragt.
next-already-logged-in = `keyward logout` meldet ab, `--data-dir DIR` wählt einen anderen Ordner.
next-sign-out-this = `keyward logout` meldet diese Sitzung ab.
next-sign-out-not-verified = Das tut `keyward unlock`; oder nennen Sie die Sitzungen mit ihren IDs.
next-unlock = Das tut `keyward unlock`.
next-unsaved-room-keys = Das tut `keyward keys export FILE`; `keyward logout --discard-keys` gibt sie auf.
next-logout-reset-pending = `keyward reset --resume` oder `--cancel`; `keyward logout --discard-keys` gibt ein abgebrochenes auf.
next-logout-recovery-pending = `keyward recovery new --resume` oder `--cancel`; `keyward logout --discard-keys` gibt ihn auf, und der aktive Schlüssel bleibt aktiv.
next-recovery-pending = `keyward recovery new --resume` setzt es fort; `keyward recovery new --cancel` macht es rückgängig, sofern der neue Schlüssel nicht schon aktiv ist.
next-reset-pending = `keyward reset --resume` setzt es fort; `keyward reset --cancel` macht es rückgängig, sofern die neue digitale Identität nicht schon aktiv ist.
next-reset-none = `keyward reset` beginnt eines.
next-reset-resume = Das tut `keyward reset --resume`.
next-reset-leftovers = `keyward reset --cancel` entfernt, was davon übrig ist.
next-verify = Das tut `keyward unlock` oder `keyward sessions verify`.
next-fetch-keys = `keyward unlock` holt sie mit dem Sicherheitsschlüssel oder der Sicherheitsphrase, `keyward sessions verify` von einer verifizierten Sitzung.
next-ask-for-keys = `keyward doctor --fix session.keys_missing` fragt danach.
next-repair-pending = `keyward doctor` nennt es.
next-unlock-opens = `keyward unlock` öffnet ihn.
next-new-key = Das tut `keyward recovery new`.
next-new-key-none = `keyward recovery new` erstellt einen.
next-new-key-resume = Das tut `keyward recovery new --resume`.
next-check-key = `keyward recovery check` sagt, was ein Schlüssel öffnet.

## keyward attach, keyward detach

attach-of-other-program = Die Sitzung hier gehört zu einem anderen Programm: Tun Sie dies in jenem Programm. `keyward status`, `keyward doctor`, `keyward sessions`, `keyward reset` und `keyward recovery` arbeiten für sie, und `keyward detach` beendet das.
attach-cancelled = Abgebrochen. Es wurde nichts verbunden.
attach-another-here = Hier ist eine andere Sitzung verbunden; `keyward detach` beendet das.
attach-rest-of-login = In diesem Ordner ist der Rest einer Anmeldung. Verwenden Sie für eine Sitzung eines anderen Programms einen anderen Ordner (--data-dir).
attach-no-device-key = Der Heimserver zeigt keine Schlüssel dieser Sitzung: Sie unterstützt keine Verschlüsselung, deshalb kann keine digitale Identität sie signieren.
attach-shown-key = Der Heimserver zeigt für die Sitzung { $device } diesen Schlüssel:
attach-where-shown = Das andere Programm zeigt seinen eigenen Schlüssel in seinen Einstellungen (Sitzungsschlüssel, Fingerabdruck).
attach-is-it-the-same = Ist es derselbe?
detach-nothing-here = Hier ist nichts verbunden.
detach-done = Getrennt. Die Sitzung des anderen Programms ist, wie sie war.
detach-pending = `keyward status` sagt, wie es damit steht; --discard-reset gibt die Schlüssel davon auf.

## keyward login

login-attached-here = Dieser Ordner ist mit der Sitzung eines anderen Programms verbunden. Verwenden Sie einen anderen Ordner (--data-dir) oder führen Sie `keyward detach` aus.
login-homeserver = Heimserver:
login-user = Benutzername:
login-finding-homeserver = Der Heimserver wird gesucht
login-wrong-password = Benutzername oder Passwort ist falsch. Versuchen Sie es erneut oder drücken Sie Ctrl-C, um aufzuhören.
login-working = Die Anmeldung läuft
login-how = Wie möchten Sie sich anmelden?
login-by-password = Mit dem Passwort Ihres Kontos
login-by-browser = In einem Browser auf diesem Gerät
login-by-code = In einem Browser auf einem anderen Gerät, mit einem Code
login-by-provider = In einem Browser auf diesem Gerät, über { $provider }
login-by-sso = In einem Browser auf diesem Gerät, über Single Sign-on
login-none-known = Er bietet keine an, die diese Version kennt; gibt es eine neuere?
login-open-page = Öffnen Sie diese Seite in einem Browser dieses Geräts und melden Sie sich dort an
login-waiting-browser = Es wird auf den Browser gewartet; Ctrl-C hört auf
login-waiting-code = Es wird auf den Code gewartet; Ctrl-C hört auf
login-page-done = Keyward hat die Antwort. Sie können diese Seite schließen und zum Terminal zurückkehren.
login-page-nothing = Hier ist nichts.
login-completing = Die Sitzung wird vervollständigt
login-done = Angemeldet als { $user }, Sitzung { $device }.

## keyward status

status-account = Konto
status-homeserver = Heimserver
status-session = Sitzung
status-identity = Digitale Identität
status-secret-storage = Geheimnisspeicher
status-key-storage = Schlüsselspeicher
status-room-keys = Nachrichtenschlüssel
status-reset = Zurücksetzen
status-new-key = Neuer Sicherheitsschlüssel
status-session-verified = { $device }, verifiziert
status-session-unverified = { $device }, nicht verifiziert
status-session-verified-other-program = { $device }, verifiziert, eines anderen Programms
status-session-unverified-other-program = { $device }, nicht verifiziert, eines anderen Programms
status-identity-with-keys = vertraut, und diese Sitzung hat ihre Schlüssel
status-identity-without-keys = vertraut, aber diese Sitzung hat ihre Schlüssel nicht
status-identity-not-trusted = vorhanden, aber diese Sitzung vertraut ihr noch nicht
status-identity-replaced = eine andere als die, die diese Sitzung verifiziert hat
status-identity-none = nicht eingerichtet
status-identity-attached-trusted = diese Sitzung vertraut ihr
status-identity-attached-not-trusted = vorhanden, aber nichts zeigt, dass diese Sitzung ihr vertraut
status-identity-attached-replaced = eine andere als die, der diese Sitzung vertraut hat
status-secret-storage-ready = bereit
status-secret-storage-incomplete = unvollständig
status-secret-storage-none = nicht eingerichtet
status-key-storage-on = eingeschaltet, und diese Sitzung verwendet ihn
status-key-storage-no-key = vorhanden, aber diese Sitzung hat keinen Schlüssel dazu
status-key-storage-untrusted = vorhanden, aber niemand, dem diese Sitzung vertraut, hat ihn signiert
status-key-storage-off = ausgeschaltet
status-key-storage-attached-signed = vorhanden, von der digitalen Identität oder dieser Sitzung signiert
status-key-storage-attached-untrusted = vorhanden, aber weder die digitale Identität noch diese Sitzung hat ihn signiert
status-room-keys-here = { $count } in dieser Sitzung
status-reset-none = es wartet keines
status-reset-staged = unterbrochen; die neue digitale Identität ist nicht aktiv
status-reset-committed = nicht abgeschlossen; die neue digitale Identität ist aktiv
status-reset-handing-over = wartet, bis die App den neuen Sicherheitsschlüssel hat
status-new-key-staged = unterbrochen; der alte ist aktiv
status-new-key-committed = nicht fertiggestellt; er ist vielleicht schon aktiv
status-in-order = Alles ist in Ordnung.
status-in-order-attached = Alles, was von hier aus zu sehen ist, ist in Ordnung. Was das andere Programm hat, steht in seinen eigenen Einstellungen.
status-next-reset-staged = Ein unterbrochenes Zurücksetzen wartet, und die neue digitale Identität ist nicht aktiv: `keyward reset --resume` setzt es fort, `keyward reset --cancel` macht es rückgängig.
status-next-reset-handing-over = Ein Zurücksetzen ist fast fertig: Geben Sie den neuen Sicherheitsschlüssel in der App dieser Sitzung ein, danach `keyward reset --handed-over`. `keyward reset --resume` zeigt den Schlüssel noch einmal.
status-next-reset-committed = Ein Zurücksetzen wartet darauf, abgeschlossen zu werden: Das tut `keyward reset --resume`. Es kann nicht mehr rückgängig gemacht werden.
status-next-new-key-staged = Ein neuer Sicherheitsschlüssel wartet, und der alte ist aktiv: `keyward recovery new --resume` setzt es fort, `keyward recovery new --cancel` macht es rückgängig.
status-next-new-key-committed = Ein neuer Sicherheitsschlüssel wartet darauf, fertiggestellt zu werden: Das tut `keyward recovery new --resume`. Er ist vielleicht schon aktiv und kann nicht mehr rückgängig gemacht werden.
status-more = { $count ->
    [one] `keyward doctor` nennt noch { $count } Sache mehr.
   *[other] `keyward doctor` nennt noch { $count } Sachen mehr.
}

## keyward unlock

unlock-with-what = Womit möchten Sie diese Sitzung verifizieren?
unlock-opening = Der Geheimnisspeicher wird geöffnet
unlock-done = Diese Sitzung ist verifiziert. Sie kann den Schlüsselspeicher lesen und beschreiben.
unlock-done-without-storage = Diese Sitzung ist verifiziert. Es gibt keinen Schlüsselspeicher, den sie lesen könnte.

## keyward doctor

doctor-examining = Das Konto wird untersucht
doctor-which-key = Was haben Sie?
doctor-fix-them = Zuerst wird die kleinste Maßnahme genannt, die hilft. `keyward doctor --fix` geht alles mit Ihnen durch.
doctor-what-to-do = Was möchten Sie tun?
doctor-leave-it = So lassen, wie es ist
doctor-cancelled = Abgebrochen. Nichts ist verloren; `keyward doctor` zeigt, wie es steht.
doctor-done-in-app = Das geschieht in der App, in der Sie einander schreiben.
doctor-done-in-program = Das geschieht in dem Programm, zu dem diese Sitzung gehört.
doctor-opens-secret-storage = Was öffnet den Geheimnisspeicher?
doctor-open-other-session = Öffnen Sie jetzt eine Ihrer anderen verifizierten Sitzungen und lassen Sie sie geöffnet, bis die Schlüssel gekommen sind.
doctor-waiting-for-keys = Es wird auf die Schlüssel gewartet
doctor-writing = Der Geheimnisspeicher wird beschrieben
doctor-filling = Der Schlüsselspeicher wird gefüllt

## keyward keys

keys-saved = { $count ->
    [one] { $count } Nachrichtenschlüssel in { $file } gespeichert.
   *[other] { $count } Nachrichtenschlüssel in { $file } gespeichert.
}
keys-opened-old-storage = Was hat den alten Schlüsselspeicher geöffnet?
keys-had-all = Diese Sitzung hatte schon alles, was er enthält.
keys-recovered = { $count ->
    [one] { $count } Nachrichtenschlüssel wiederhergestellt.
   *[other] { $count } Nachrichtenschlüssel wiederhergestellt.
}
keys-fetching = Nachrichtenschlüssel werden geholt
keys-saving = Nachrichtenschlüssel werden gespeichert
keys-reading = Nachrichtenschlüssel werden gelesen
keys-file = Datei:
keys-replace = { $file } gibt es schon. Ersetzen?
keys-not-replaced = Abgebrochen. Die Datei ist, wie sie war.
keys-no-folder = Den Ordner der Datei gibt es nicht.
keys-is-folder = Das ist ein Ordner. Nennen Sie eine Datei darin.
keys-new-passphrase = Passphrase für die Datei:
keys-same-passphrase = Dieselbe Passphrase noch einmal:
keys-passphrase = Passphrase der Datei:
keys-imported = { $count ->
    [one] { $count } Nachrichtenschlüssel importiert.
   *[other] { $count } Nachrichtenschlüssel importiert.
}
keys-known = { $count ->
    [one] { $count } weiterer war schon hier.
   *[other] { $count } weitere waren schon hier.
}
keys-malformed = { $count ->
    [one] { $count } Eintrag in der Datei war nicht zu verwenden.
   *[other] { $count } Einträge in der Datei waren nicht zu verwenden.
}

## keyward logout

logout-working = Die Abmeldung läuft
logout-done = Abgemeldet. Die lokalen Dateien sind entfernt.
logout-unsaved = { $count ->
    [one] { $count } Nachrichtenschlüssel dieser Sitzung ist in keinem Schlüsselspeicher. Ohne ihn können die Nachrichten, zu denen er gehört, nie wieder gelesen werden.
   *[other] { $count } Nachrichtenschlüssel dieser Sitzung sind in keinem Schlüsselspeicher. Ohne sie können die Nachrichten, zu denen sie gehören, nie wieder gelesen werden.
}
logout-what-about-them = Was soll damit geschehen?
logout-save = Zuerst in einer Datei speichern
logout-let-go = Aufgeben
logout-stay = Angemeldet bleiben
logout-cancelled = Abgebrochen. Sie sind noch angemeldet.

## keyward reset

reset-looking-for-smaller = Es wird nach einer kleineren Maßnahme gesucht
reset-opening-old-storage = Der alte Schlüsselspeicher wird geöffnet
reset-key-opens-no-storage = Das ist der Sicherheitsschlüssel des Kontos, aber er öffnet den Schlüsselspeicher nicht. Lassen Sie ihn weg, dann bleibt der alte Schlüsselspeicher erhalten, es sei denn, die App hat alles daraus.
reset-old-key-helps = Mit dem alten Sicherheitsschlüssel oder der alten Sicherheitsphrase erhält der neue Schlüsselspeicher alles, was der alte enthält.
reset-have-old-key = Haben Sie den alten Schlüssel oder die alte Phrase?
reset-right-key-opens-nothing = Das ist das Richtige, aber es öffnet den alten Schlüsselspeicher nicht.
reset-hint-turn-on = --turn-on-key-storage schaltet den Schlüsselspeicher ein.
reset-hint-unlock = `keyward unlock` verifiziert diese Sitzung mit dem alten Sicherheitsschlüssel.
reset-hint-export = `keyward keys export FILE` speichert die Nachrichtenschlüssel dieser Sitzung.
reset-smaller-command = { $text } Der Befehl: `{ $command }`.
reset-smaller-commands = { $text } Der Befehl: `{ $first }`, danach `{ $then }`.
reset-export-hint = Das Zurücksetzen behält Ihre Nachrichtenschlüssel. Eine verschlüsselte Datei wäre eine weitere Kopie davon.
reset-export = Zuerst in einer Datei speichern?
reset-not-in-force = Ihre neue digitale Identität ist nicht aktiv: Ctrl-C macht alles rückgängig.
reset-in-force = Ihre neue digitale Identität ist schon aktiv, und dieser Schlüssel gehört dazu.
reset-hand-over-no-storage = Es gibt keinen neuen Schlüsselspeicher. Wenn die App anbietet, ihren Schlüsselspeicher zu reparieren oder zurückzusetzen, lehnen Sie ab.
reset-hand-over-later = Sobald die App ihn hat, schließt `keyward reset --handed-over` das Zurücksetzen ab.
reset-hand-over-script = Die neue digitale Identität ist aktiv. Geben Sie den neuen Sicherheitsschlüssel in der App dieser Sitzung ein.
reset-hand-over = Die neue digitale Identität ist aktiv, und alles Alte ist noch da. Geben Sie in der App den neuen Sicherheitsschlüssel dort ein, wo sie danach fragt („Verifizieren“, „Wiederherstellungsschlüssel eingeben“).
reset-hand-over-how = Wie steht es?
reset-hand-over-taken = Die App hat ihn jetzt: abschließen
reset-hand-over-without = Ohne die App abschließen; der alte Schlüsselspeicher bleibt
reset-hand-over-wait = Später
reset-approve = Öffnen Sie diese Seite in einem Browser und bestätigen Sie dort als { $user }
reset-page-forgotten = Der Heimserver hat jene Seite vergessen. Öffnen Sie diese und bestätigen Sie dort
reset-asking-to-accept = Der Heimserver wird gebeten, die neue digitale Identität anzunehmen
reset-nothing-to-hand-over = Es gibt noch nichts einzugeben: Die neue digitale Identität ist nicht aktiv. `keyward reset --resume` setzt das Zurücksetzen fort.
reset-undone = Das Zurücksetzen ist rückgängig gemacht. `keyward status` zeigt, was aktiv ist.
reset-undoing = Alles wird rückgängig gemacht
reset-status-shows = `keyward status` zeigt, was aktiv ist.
reset-nothing-changed-but-file = Es wurde nichts geändert. Die Nachrichtenschlüssel in { $file } bleiben dort.
reset-stands-committed = Die neue digitale Identität ist aktiv; `keyward reset --resume` schließt das Zurücksetzen ab.
reset-stands-handing-over = Die neue digitale Identität ist aktiv. Sobald die App dieser Sitzung den neuen Sicherheitsschlüssel hat, schließt `keyward reset --handed-over` das Zurücksetzen ab; mit --keep-old wartet es nicht auf die App, und der alte Schlüsselspeicher bleibt.
reset-stands-staged = Die neue digitale Identität ist nicht aktiv, und das Zurücksetzen wartet: `keyward reset --resume` setzt es fort, `keyward reset --cancel` macht es rückgängig.
reset-stands-unknown = Ob die neue digitale Identität aktiv ist, lässt sich jetzt nicht herausfinden; `keyward reset --resume` findet es heraus und geht weiter.
reset-interrupted-done = Unterbrochen, aber das Zurücksetzen war schon abgeschlossen.
reset-interrupted-handing-over = Unterbrochen. Die neue digitale Identität ist aktiv; `keyward reset --handed-over` schließt das Zurücksetzen ab, sobald die App den neuen Sicherheitsschlüssel hat.
reset-interrupted-committed = Unterbrochen. Die neue digitale Identität ist aktiv; `keyward reset --resume` schließt das Zurücksetzen ab.
reset-interrupted-committed-because = Unterbrochen: { $error } Die neue digitale Identität ist aktiv; `keyward reset --resume` schließt das Zurücksetzen ab.
reset-interrupted-not-undone = Unterbrochen, aber die neuen Schlüssel konnten nicht vom Heimserver entfernt werden: { $error } `keyward reset --cancel` versucht es erneut, `keyward reset --resume` setzt das Zurücksetzen fort.
reset-interrupted-unknown = Unterbrochen, und es konnte nicht rückgängig gemacht werden: { $error } Ob die neue digitale Identität aktiv ist, lässt sich jetzt nicht herausfinden. `keyward reset --cancel` macht das Zurücksetzen rückgängig, wenn sie es nicht ist, `keyward reset --resume` setzt es fort.
reset-undo-interrupted = Unterbrochen, bevor alles rückgängig gemacht war. `keyward reset --cancel` macht den Rest rückgängig, sofern die neue digitale Identität nicht schon aktiv ist; `keyward reset --resume` setzt das Zurücksetzen fort.
reset-sign-out-some = Möchten Sie jetzt einige davon abmelden? Wählen Sie die, die Sie nicht verwenden.
reset-signed-out-nobody = Es wurde nichts abgemeldet. `keyward sessions` listet Ihre Sitzungen auf.
reset-sessions-list = `keyward sessions` listet Ihre Sitzungen auf.
reset-sessions-sign-out = `keyward sessions sign-out` versucht es erneut.

## keyward recovery

recovery-what-to-check = Was möchten Sie prüfen?
recovery-checking = Es wird nachgesehen, was er öffnet
recovery-waiting-one = `keyward status` sagt, ob einer wartet.
recovery-lost = Wenn Sie beides verloren haben, muss das Programm, zu dem diese Sitzung gehört, den neuen Schlüssel erstellen.
recovery-taken-from = Die privaten Schlüssel kommen aus dem Geheimnisspeicher, den der alte Sicherheitsschlüssel oder die alte Sicherheitsphrase öffnet.
recovery-opens-until-now = Was öffnet bis jetzt den Geheimnisspeicher?
recovery-do-it-there = Tun Sie das in dem Programm, zu dem diese Sitzung gehört.
recovery-old-in-force = Der alte Sicherheitsschlüssel ist noch aktiv: Ctrl-C macht alles rückgängig.
recovery-maybe-in-force = Er ist vielleicht schon aktiv und kann nicht mehr rückgängig gemacht werden.
recovery-undone = Der neue Sicherheitsschlüssel ist zurückgenommen. Der alte ist aktiv, wie zuvor.
recovery-stands-committed = Der neue Sicherheitsschlüssel ist vielleicht schon aktiv; `keyward recovery new --resume` stellt ihn fertig.
recovery-stands-staged = Der alte Sicherheitsschlüssel ist aktiv, und der neue wartet: `keyward recovery new --resume` setzt es fort, `keyward recovery new --cancel` macht es rückgängig.
recovery-stands-unknown = `keyward status` sagt, wie es steht.
recovery-interrupted-done = Unterbrochen, aber der neue Sicherheitsschlüssel war schon aktiv.
recovery-interrupted-committed = Unterbrochen. Der neue Sicherheitsschlüssel ist vielleicht schon aktiv; `keyward recovery new --resume` stellt ihn fertig.
recovery-interrupted-not-undone = Unterbrochen, und es konnte nicht rückgängig gemacht werden: { $error } Der alte Sicherheitsschlüssel ist aktiv. `keyward recovery new --cancel` versucht es erneut, `keyward recovery new --resume` setzt es mit dem neuen fort.
recovery-undo-interrupted = Unterbrochen, bevor alles rückgängig gemacht war. `keyward recovery new --cancel` macht den Rest rückgängig, sofern der neue Sicherheitsschlüssel nicht schon aktiv ist; `keyward recovery new --resume` setzt es fort.

## keyward sessions, in lines

sessions-unknown = Dieses Konto hat keine Sitzung { $device }. `keyward sessions --plain` listet sie auf.
sessions-recommendations = Sicherheitsempfehlungen
sessions-current = Aktuelle Sitzung
sessions-other = Andere Sitzungen
sessions-other-verified = Andere Sitzungen, verifiziert
sessions-other-unverified = Andere Sitzungen, nicht verifiziert
sessions-other-inactive = Andere Sitzungen, inaktiv
sessions-other-unverifiable = Andere Sitzungen, ohne Verschlüsselung
sessions-none = Keine.
sessions-it-was = Ja: { $command }
sessions-it-was-not = Nein: { $command }
sessions-unverifiable = Unterstützt keine Verschlüsselung
sessions-trust-inactive = { $trust }, inaktiv
sessions-facts = ID { $id }, letzte Aktivität { $ago } ({ $date })
sessions-facts-unknown = ID { $id }, letzte Aktivität unbekannt
sessions-facts-from = { $facts }, von { $address }
sessions-summary = { $name } ({ $id }): { $trust }, { $activity }
sessions-name = Name
sessions-by-id = Sitzung { $id }
sessions-sign-this-out = Um diese Sitzung abzumelden, verlassen Sie die Seite und führen Sie `keyward logout` aus.
sessions-sign-this-out-there = Um diese Sitzung abzumelden, melden Sie sich in dem Programm ab, zu dem sie gehört.
sessions-renaming = Der Name wird geändert
sessions-renamed = Sitzung { $id } heißt jetzt { $name }. Die Personen, mit denen Sie schreiben, können das sehen.
sessions-name-taken-away = Sitzung { $id } hat keinen Namen mehr.
sessions-switching = Es wird umgeschaltet
sessions-push-on = Push-Benachrichtigungen von { $name } sind eingeschaltet.
sessions-push-off = Push-Benachrichtigungen von { $name } sind ausgeschaltet.
sessions-push-unsupported = Push-Benachrichtigungen von { $name } können von hier aus nicht umgeschaltet werden.
sessions-acknowledged-one = Notiert: { $name } waren Sie.
sessions-acknowledged = { $count ->
    [one] Notiert: { $count } Sitzung war Ihre.
   *[other] Notiert: { $count } Sitzungen waren Ihre.
}

## keyward sessions propose

propose-none = Es wird keine Sitzung vorgeschlagen.
propose-title = Vielleicht möchten Sie abmelden:
propose-inactive = { $count ->
    [one] seit { $count } Tag nicht aktiv
   *[other] seit { $count } Tagen nicht aktiv
}
propose-unverified = { $count ->
    [one] seit { $count } Tag nicht verifiziert
   *[other] seit { $count } Tagen nicht verifiziert
}
propose-command = { $count ->
    [one] Sehen Sie sich die Sitzung zuerst an, dann: { $command }
   *[other] Sehen Sie sich jede zuerst an, dann: { $command }
}

## keyward sessions --watch

watch-signed-out = Abgemeldet: { $name } ({ $id })
watch-new = Es gibt eine neue Sitzung: { $name } ({ $id })
watch-renamed = Umbenannt: { $old } heißt jetzt { $name } ({ $id })
watch-trust = { $name } ({ $id }): { $trust }
watch-push = { $name } ({ $id }): Push-Benachrichtigungen { $push }
watch-acknowledged = Bestätigt: { $name }

## keyward sessions sign-out

sign-out-these = Diese Sitzungen werden abgemeldet:
sign-out-question = Abmelden?
sign-out-nobody = Abgebrochen. Es wurde nichts abgemeldet.
sign-out-no-such = Es gibt keine solche Sitzung.
sign-out-done = { $count ->
    [one] { $count } Sitzung abgemeldet.
   *[other] { $count } Sitzungen abgemeldet.
}
sign-out-confirm-page = Öffnen Sie diese Seite in einem Browser und bestätigen Sie dort als { $user }, dass Sie es sind
sign-out-link = { $number } von { $total }: Öffnen Sie dies in einem Browser und melden Sie dort die Sitzung { $device } ab:
sign-out-done-there = Dort erledigt?
sign-out-stopped = { $count ->
    [one] Abgebrochen. { $count } Sitzung ist abgemeldet.
   *[other] Abgebrochen. { $count } Sitzungen sind abgemeldet.
}
sign-out-still-there = Die Sitzung ist noch da.

## keyward sessions verify

verify-asking = Die andere Sitzung wird gefragt
verify-handing-over = Die Schlüssel werden übergeben
verify-as-numbers = Als Zahlen: { $numbers }
verify-keys-cancel = Ctrl-C bricht ab.
verify-keys-emoji-or-code = Tippen Sie e, um Emojis zu vergleichen, c, um einen QR-Code anzuzeigen, q, um abzubrechen, und dann Enter.
verify-keys-emoji = Tippen Sie e, um Emojis zu vergleichen, q, um abzubrechen, und dann Enter.
verify-keys-code = Tippen Sie c, um einen QR-Code anzuzeigen, q, um abzubrechen, und dann Enter.
verify-keys-yes-no = Tippen Sie { $yes } für ja, { $no } für nein, q, um abzubrechen, und dann Enter.
verify-no-answer = Das ist keine der Antworten.
verify-scan-this = Lassen Sie { $other } diesen Code scannen. Hier steht es, wenn es geklappt hat.
verify-too-narrow = Dieses Fenster ist zu schmal für den QR-Code. Machen Sie es breiter oder vergleichen Sie Emojis.
verify-cannot-scan = Die andere Sitzung kann keinen Code scannen. Vergleichen Sie Emojis.
verify-terminal-cannot-scan = Die andere Sitzung zeigt einen QR-Code, den ein Terminal nicht scannen kann. Brechen Sie ab und beginnen Sie dort.

## The page of sessions

page-too-small = Dieses Fenster ist zu klein: mindestens { $columns } mal { $rows }. q verlässt es.
page-title = Sitzungen von { $user }
page-title-keys = ? Hilfe  q Ende
page-answer-login = y das war ich   n das war ich nicht: abmelden
page-answer-login-more = y das war ich   n das war ich nicht: abmelden  (und { $more } weitere)
page-view-inactive = i alle ansehen
page-view-unverified = u alle ansehen
page-asking = Der Heimserver wird gefragt …
page-others = Andere:
page-no-others = Es gibt keine anderen Sitzungen.
page-no-others-of-filter = Keine der anderen Sitzungen. Tab zeigt einen anderen Filter.
page-this-one = (diese)
page-unknown = unbekannt
page-head-session = Sitzung
page-head-verification = Verifizierung
page-head-activity = Letzte Aktivität
page-head-id = ID
page-head-address = IP-Adresse
page-head-push = Push
page-head-kind = Art
page-push-on = ein
page-push-off = aus
page-kind-desktop = Desktop
page-kind-mobile = Mobil
page-kind-web = Web
page-kind-unknown = unbekannt
page-selected = { $count } ausgewählt
page-asks-to-verify = { $other } bittet um Verifizierung. Schließen Sie dies, um zu antworten.
page-another-session = Eine andere Sitzung
page-acknowledged = Notiert: Das waren Sie.
page-session-gone = Diese Sitzung gibt es nicht mehr: Sie wurde inzwischen abgemeldet.
page-renamed = Umbenannt.
page-verified = Verifiziert.
page-verified-already = { $name } ist bereits verifiziert.
page-unverifiable = { $name } unterstützt keine Verschlüsselung und kann deshalb nicht verifiziert werden. Melden Sie die Sitzung ab, wenn Sie sie nicht kennen.
page-verify-there = Verifizieren Sie sie in dem anderen Programm: Es hat die Schlüssel dieser Sitzung.
page-nobody-signed-out = Es wurde nichts abgemeldet. Die Auswahl bleibt.
page-sign-out-stopped = Angehalten. Die Liste zeigt, was noch angemeldet ist.

page-keys-move = ↑↓ bewegen
page-keys-select = Leertaste auswählen
page-keys-all = a alle gezeigten
page-keys-filter = Tab Filter
page-keys-details = Enter Details
page-keys-rename = r umbenennen
page-keys-push = p Push
page-keys-sign-out = s abmelden
page-keys-verify = v verifizieren

page-help-title = Tasten
page-help-move = bewegen; auch Bild auf, Bild ab, Pos1, Ende
page-help-filter = einen anderen Filter zeigen
page-help-view = alle nicht verifizierten, alle inaktiven Sitzungen zeigen
page-help-keys-select = Leertaste  a
page-help-select = eine Sitzung auswählen; alle, die gezeigt werden
page-help-details = alles über die Sitzung, auch ihren Verlauf
page-help-rename = die Sitzung umbenennen
page-help-push = Push-Benachrichtigungen ein oder aus
page-help-verify = die Sitzung verifizieren, mit Emojis oder einem QR-Code
page-help-verify-there = verifizieren: im Programm, zu dem diese Sitzung gehört
page-help-sign-out = die ausgewählten Sitzungen abmelden, sonst die bei >
page-help-new-login = zu neuer Anmeldung: das war ich; war ich nicht, abmelden
page-help-refresh = den Heimserver neu fragen (die Liste folgt von selbst)
page-help-leave = verlassen
page-help-plain = `keyward sessions --plain` sagt dasselbe in Zeilen.
page-any-key = Jede Taste schließt dies.

page-details-title = Einzelheiten der Sitzung
page-details-keys = r umbenennen   p Push   v verifizieren   s abmelden   Esc zurück
page-details-keys-attached = r umbenennen   p Push   s abmelden   Esc zurück

page-rename-title = Sitzung umbenennen
page-rename-public = Andere Personen, mit denen Sie schreiben, können den Namen sehen.
page-rename-new = Neuer Name:
page-rename-working = Der Name wird geändert …
page-rename-keys = Enter benennt um   Esc behält den alten Namen

page-sign-out-title = Abmelden
page-sign-out-on-page = Auf diesem Heimserver werden Sitzungen auf seiner Kontoseite abgemeldet. Öffnen Sie dies in einem Browser und melden Sie dort ab:
page-sign-out-progress = { $done } von { $total } abgemeldet; dies wird hier von selbst bemerkt.
page-sign-out-page-keys = Enter sieht wieder nach   n zuerst eine andere   Esc hört auf
page-sign-out-gone = { $name } (inzwischen abgemeldet)
page-sign-out-more = … und { $count } weitere
page-sign-out-weighing = Es wird nachgesehen, wozu das führt …
page-sign-out-back = Esc geht zurück
page-sign-out-question = { $count ->
    [one] { $count } Sitzung abmelden?
   *[other] { $count } Sitzungen abmelden?
}
page-sign-out-keys = Enter oder y meldet ab   Esc oder n geht zurück
page-sign-out-working = Die Abmeldung läuft …
page-sign-out-password-keys = Enter meldet ab   Esc geht zurück
page-sign-out-browser = Öffnen Sie dies in einem Browser und bestätigen Sie dort, dass Sie es sind:
page-sign-out-other-account = Das wurde als ein anderes Konto getan. Öffnen Sie dies noch einmal und tun Sie es als Sie selbst:
page-sign-out-browser-keys = Dies wird hier von selbst bemerkt.   Esc hört auf

page-verify-title = Verifizieren
page-verify-moment = Einen Moment …
page-verify-cancel = Esc bricht ab
page-verify-accept = v verifiziert   Esc oder n lehnt ab
page-verify-emoji-or-code = e Emojis vergleichen   c QR-Code zum Scannen zeigen   Esc bricht ab
page-verify-emoji = e Emojis vergleichen   Esc bricht ab
page-verify-code = c QR-Code zum Scannen zeigen   Esc bricht ab
page-verify-match = y stimmen überein   n stimmen nicht überein   Esc bricht ab
page-verify-scanned = y ja   n nein: abbrechen
page-code-too-small = Dieses Fenster ist zu klein für den QR-Code. Machen Sie es größer oder drücken Sie e, um Emojis zu vergleichen. Esc bricht ab.
page-code-scan = Lassen Sie { $other } diesen Code scannen.
page-code-worked = Hier steht es, wenn es geklappt hat.
page-code-emoji = e stattdessen Emojis vergleichen
