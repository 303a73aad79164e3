# SPDX-License-Identifier: Apache-2.0
#
# What people read, in German. Not yet read by a native speaker.

## Actions

action-start-reset = Zurücksetzen
action-set-up = Einrichten
action-start-recovery = Neuen Sicherheitsschlüssel erstellen
action-cancel = Abbrechen
action-close = Schließen
action-back = Zurück
action-retry = Erneut versuchen
action-resume = Fortsetzen
action-look-again = Erneut ansehen
action-confirm-saved = Ich habe ihn gespeichert
action-copy-key = Kopieren
action-authorise = Bestätigen
action-open-browser = Seite öffnen
action-check-now = Ich bin dort fertig
action-key-taken-over = Die App hat den neuen Schlüssel
action-keep-old-key-storage = Alten Schlüsselspeicher behalten
action-unlock = Mit dem Sicherheitsschlüssel verifizieren
action-verify-by-session = Mit einer anderen Sitzung verifizieren
action-accept = Annehmen
action-decline = Ablehnen
action-compare-emoji = Emojis vergleichen
action-show-code = QR-Code anzeigen
action-scan-code = QR-Code scannen
action-they-match = Sie stimmen überein
action-they-differ = Sie stimmen nicht überein
action-it-worked = Ja, es hat geklappt
action-it-failed = Nein
action-verify = Verifizieren
action-rename = Umbenennen
action-sign-out = Abmelden
action-sign-out-all-others = Alle anderen Sitzungen abmelden
action-it-was-me = Das war ich
action-look-at-sessions = Sitzungen ansehen
action-examine = Herausfinden, was hilft
action-lost-key = Ich habe den Sicherheitsschlüssel verloren
action-log-in-again = Erneut anmelden
action-log-out = Von dieser Sitzung abmelden
action-export-room-keys = Nachrichtenschlüssel speichern
action-save = Speichern

## Fields

field-recovery-key = Sicherheitsschlüssel
    .hint = Zwölf Gruppen aus je vier Zeichen, am Anfang steht Es
field-passphrase = Sicherheitsphrase
    .hint = Die Wörter, die Sie gewählt haben
field-new-passphrase = Eigene Sicherheitsphrase
    .hint = Mehrere Wörter ohne Zusammenhang. Lassen Sie das Feld leer, wenn ein Sicherheitsschlüssel für Sie erstellt werden soll
field-retyped-key = Der neue Sicherheitsschlüssel, noch einmal eingegeben
    .hint = Damit Sie sicher sind, dass Sie ihn gespeichert haben
field-password = Passwort Ihres Kontos
    .hint = Das Passwort, mit dem Sie sich anmelden
field-old-key = Alter Sicherheitsschlüssel oder alte Sicherheitsphrase
    .hint = Wenn Sie eines davon haben, erhält der neue Schlüsselspeicher alles, was der alte enthält
    .hint-of-new-key = Damit lässt sich öffnen, was auch der neue öffnen soll
field-compromised = Jemand anderes hat möglicherweise meinen Sicherheitsschlüssel oder Zugang zu meinem Konto
    .hint = Dann wird der alte Schlüsselspeicher gelöscht, ob er gelesen wurde oder nicht
    .hint-of-app = Dann wird der alte Schlüsselspeicher gelöscht, sobald die App alles daraus in den neuen übertragen hat
field-keep-old-key-storage = Alten Schlüsselspeicher behalten
    .hint = Der alte Sicherheitsschlüssel öffnet ihn auch danach noch
field-turn-on-key-storage = Schlüsselspeicher einschalten
    .hint = Nur wenn es einen gibt, kann eine neue Sitzung Ihren Nachrichtenverlauf lesen
field-session-name = Name der Sitzung
    .hint = Die Personen, mit denen Sie schreiben, können ihn sehen

## Security Key, spoken letter by letter

key-spoken-capital = großes { $letter }

## What is named in several places

heading-digital-identity = Digitale Identität
heading-security-key = Sicherheitsschlüssel
heading-key-storage = Schlüsselspeicher
heading-session = Sitzung
heading-only-old-key-opens = Nur mit dem alten Schlüssel zu öffnen
heading-it-opens = Er öffnet
heading-it-does-not-open = Er öffnet nicht
heading-not-in-secret-storage = Nicht im Geheimnisspeicher

room-keys = { $count ->
    [one] { $count } Nachrichtenschlüssel
   *[other] { $count } Nachrichtenschlüssel
}

progress-of = { $step }: { $done } von { $total }
list-or = { $first } oder { $second }
list-next = { $first }, { $second }

## Reset: what it means

reset-begin-title = Ihre digitale Identität zurücksetzen
reset-begin-intro = Dies setzt die Quersignatur von { $user } zurück. Das bedeutet:
reset-set-up-title = Ihre digitale Identität einrichten
reset-set-up-intro = { $user } hat noch keine digitale Identität. Hiermit wird eine eingerichtet:
reset-promise = Nichts wird ersetzt, bevor der Heimserver die neue digitale Identität angenommen hat. Bis dahin können Sie jederzeit abbrechen.

reset-means-new-identity = Sie erhalten eine neue digitale Identität. Die alte kann nicht wiederhergestellt werden.
reset-means-other-sessions = { $count ->
    [one] { $count } andere Sitzung muss danach verifiziert oder abgemeldet werden.
   *[other] { $count } andere Sitzungen müssen danach verifiziert oder abgemeldet werden.
}
reset-means-verified-sessions = { $count ->
    [one] { $count } davon ist jetzt verifiziert und ist es danach nicht mehr.
   *[other] { $count } davon sind jetzt verifiziert und sind es danach nicht mehr.
}
reset-means-sessions-without-encryption = { $count ->
    [one] Für { $count } Sitzung ohne Verschlüsselung ändert sich nichts.
   *[other] Für { $count } Sitzungen ohne Verschlüsselung ändert sich nichts.
}
reset-means-contacts = { $count ->
    [one] { $count } verifizierter Kontakt muss erneut verifiziert werden. Dieser Kontakt sieht, dass sich Ihre digitale Identität geändert hat.
   *[other] { $count } verifizierte Kontakte müssen erneut verifiziert werden. Diese Kontakte sehen, dass sich Ihre digitale Identität geändert hat.
}
reset-means-contacts-unknown = Kontakte, die Sie verifiziert haben, müssen erneut verifiziert werden. Diese Kontakte sehen, dass sich Ihre digitale Identität geändert hat.

reset-means-first-key = Sie erhalten einen Sicherheitsschlüssel (Wiederherstellungsschlüssel). Speichern Sie ihn an einem sicheren Ort.
reset-means-new-key = Sie erhalten einen neuen Sicherheitsschlüssel (Wiederherstellungsschlüssel). Der alte Sicherheitsschlüssel und die alte Sicherheitsphrase öffnen nichts mehr.
reset-means-new-key-but-some = Sie erhalten einen neuen Sicherheitsschlüssel (Wiederherstellungsschlüssel). Der alte und die alte Sicherheitsphrase werden nur noch für das gebraucht, was unten genannt ist.
reset-means-other-secrets = { $count ->
    [one] { $count } Geheimnis eines anderen Programms kann wie bisher nur mit dem alten Sicherheitsschlüssel gelesen werden.
   *[other] { $count } Geheimnisse anderer Programme können wie bisher nur mit dem alten Sicherheitsschlüssel gelesen werden.
}
reset-means-other-secrets-lost = { $count ->
    [one] { $count } Geheimnis eines anderen Programms kann nie wieder gelesen werden.
   *[other] { $count } Geheimnisse anderer Programme können nie wieder gelesen werden.
}

reset-means-storage-off = Der Schlüsselspeicher ist für dieses Konto ausgeschaltet und bleibt es.
reset-means-storage-of-session = { $count ->
    [0] Ein neuer Schlüsselspeicher wird angelegt.
    [one] Ein neuer Schlüsselspeicher erhält den einen Nachrichtenschlüssel dieser Sitzung.
   *[other] Ein neuer Schlüsselspeicher erhält die { $count } Nachrichtenschlüssel dieser Sitzung.
}
reset-means-storage-of-old = { $count ->
    [one] Ein neuer Schlüsselspeicher erhält den einen Nachrichtenschlüssel des alten.
   *[other] Ein neuer Schlüsselspeicher erhält die { $count } Nachrichtenschlüssel des alten.
}
reset-means-storage-of-both = { $lacking ->
    [one] Er erhält außerdem den einen Nachrichtenschlüssel dieser Sitzung, falls er ihm fehlt.
   *[other] Er erhält außerdem alles, was ihm von den { $lacking } Nachrichtenschlüsseln dieser Sitzung fehlt.
}
reset-means-history-stays = Ihr Nachrichtenverlauf bleibt lesbar.
reset-means-old-storage-kept = Der alte Schlüsselspeicher bleibt erhalten.
reset-means-old-storage-deleted = Danach wird der alte Schlüsselspeicher gelöscht.
reset-means-old-storage-unread = { $count ->
    [one] Diese Sitzung kann den alten Schlüsselspeicher ({ $count } Nachrichtenschlüssel) nicht lesen. Er bleibt erhalten, und der alte Sicherheitsschlüssel öffnet ihn weiterhin. Wenn Sie diesen Schlüssel haben, brechen Sie hier ab und verifizieren Sie zuerst diese Sitzung damit: Dann bleibt nichts zurück.
   *[other] Diese Sitzung kann den alten Schlüsselspeicher ({ $count } Nachrichtenschlüssel) nicht lesen. Er bleibt erhalten, und der alte Sicherheitsschlüssel öffnet ihn weiterhin. Wenn Sie diesen Schlüssel haben, brechen Sie hier ab und verifizieren Sie zuerst diese Sitzung damit: Dann bleibt nichts zurück.
}
reset-means-old-storage-lost = { $count ->
    [one] Diese Sitzung kann den alten Schlüsselspeicher ({ $count } Nachrichtenschlüssel) nicht lesen, und er wird gelöscht, weil möglicherweise jemand anderes den alten Schlüssel hat. Nachrichten, die seine Schlüssel brauchen, können dann nur noch dort gelesen werden, wo sie jetzt gelesen werden können.
   *[other] Diese Sitzung kann den alten Schlüsselspeicher ({ $count } Nachrichtenschlüssel) nicht lesen, und er wird gelöscht, weil möglicherweise jemand anderes den alten Schlüssel hat. Nachrichten, die seine Schlüssel brauchen, können dann nur noch dort gelesen werden, wo sie jetzt gelesen werden können.
}
reset-means-old-storage-gone = { $count ->
    [one] Der alte Schlüsselspeicher ({ $count } Nachrichtenschlüssel) wird gelöscht, weil jemand anderes den alten Schlüssel haben könnte. Was nur er enthält, ist verloren.
   *[other] Der alte Schlüsselspeicher ({ $count } Nachrichtenschlüssel) wird gelöscht, weil jemand anderes den alten Schlüssel haben könnte. Was nur er enthält, ist verloren.
}
reset-means-older-storages = { $count ->
    [one] { $count } älterer Schlüsselspeicher auf dem Heimserver kann von hier aus nicht gelesen werden und bleibt, wie er ist.
   *[other] { $count } ältere Schlüsselspeicher auf dem Heimserver können von hier aus nicht gelesen werden und bleiben, wie sie sind.
}
reset-means-older-storages-deleted = { $count ->
    [one] { $count } älterer Schlüsselspeicher auf dem Heimserver kann von hier aus nicht gelesen werden und wird gelöscht.
   *[other] { $count } ältere Schlüsselspeicher auf dem Heimserver können von hier aus nicht gelesen werden und werden gelöscht.
}
reset-means-app-storage = Ein neuer Schlüsselspeicher wird angelegt.
reset-means-app-keys = Die App legt dort ihre eigenen Nachrichtenschlüssel ab, sobald sie den neuen Sicherheitsschlüssel hat.
reset-means-app-old-storage-kept = { $count ->
    [one] Der alte Schlüsselspeicher ({ $count } Nachrichtenschlüssel) bleibt erhalten.
   *[other] Der alte Schlüsselspeicher ({ $count } Nachrichtenschlüssel) bleibt erhalten.
}
reset-means-app-old-storage-unread = { $count ->
    [one] Der alte Schlüsselspeicher ({ $count } Nachrichtenschlüssel) wird nur gelöscht, wenn die App alles daraus in den neuen übertragen hat. Andernfalls bleibt er erhalten, und der alte Sicherheitsschlüssel öffnet ihn weiterhin. Wenn Sie diesen Schlüssel haben, geben Sie ihn zuerst ein: Dann bleibt nichts zurück.
   *[other] Der alte Schlüsselspeicher ({ $count } Nachrichtenschlüssel) wird nur gelöscht, wenn die App alles daraus in den neuen übertragen hat. Andernfalls bleibt er erhalten, und der alte Sicherheitsschlüssel öffnet ihn weiterhin. Wenn Sie diesen Schlüssel haben, geben Sie ihn zuerst ein: Dann bleibt nichts zurück.
}

reset-means-session-stays = Diese Sitzung bleibt angemeldet und ist danach verifiziert.
reset-means-hand-over = Am Ende geben Sie den neuen Sicherheitsschlüssel in der App dieser Sitzung ein, wie Sie dort jeden Sicherheitsschlüssel eingeben würden.
reset-means-dehydrated-device = Das Gerät, das Nachrichten empfängt, während Sie offline sind, wird entfernt; Apps legen ein neues an.

reset-smaller-new-key = Vielleicht ist kein Zurücksetzen nötig. Wenn Sie den Sicherheitsschlüssel verloren haben, erstellen Sie einen neuen: Diese Sitzung hat die privaten Schlüssel, deshalb geht nichts verloren, und niemand muss Sie erneut verifizieren.
reset-smaller-verify = Vielleicht ist kein Zurücksetzen nötig. Wenn eine Ihrer anderen verifizierten Sitzungen zur Hand ist, verifizieren Sie diese Sitzung damit; erstellen Sie dann einen neuen Sicherheitsschlüssel, und nichts geht verloren.
reset-smaller-ask = Vielleicht ist kein Zurücksetzen nötig. Wenn eine Ihrer anderen verifizierten Sitzungen zur Hand ist, holen Sie die privaten Schlüssel von dort; erstellen Sie dann einen neuen Sicherheitsschlüssel.
reset-smaller-other-program = Vielleicht ist kein Zurücksetzen nötig. Wenn Sie den Sicherheitsschlüssel verloren haben, kann das Programm, zu dem diese Sitzung gehört, einen neuen erstellen, solange es die privaten Schlüssel hat, und nichts geht verloren.

## Reset: under way

reset-step-fetch-old-backup = Nachrichtenschlüssel werden aus dem alten Schlüsselspeicher geholt
reset-step-export = Nachrichtenschlüssel werden in der Datei gespeichert
reset-step-make-keys = Die neuen Schlüssel werden erstellt
reset-step-stage = Der neue Geheimnisspeicher wird neben dem alten vorbereitet
reset-step-bind = Die neue digitale Identität wird aktiviert
reset-step-back-up = Der neue Schlüsselspeicher wird gefüllt
reset-step-clean-up = Veraltetes wird entfernt
reset-working-title = Das Zurücksetzen läuft
reset-working-safe = Sie können noch abbrechen: Es wurde nichts ersetzt.
reset-working-committed = Die neue digitale Identität ist aktiv. Wenn der Vorgang unterbrochen wird, geht er dort weiter, wo er war.

save-key-title = Speichern Sie Ihren neuen Sicherheitsschlüssel
save-key-why = Er ist der einzige Weg zu Ihrem Nachrichtenverlauf, wenn Sie alle Ihre Sitzungen verlieren. Bewahren Sie ihn in einem Passwortmanager oder auf Papier an einem sicheren Ort auf. Niemand kann ihn Ihnen zurückgeben.
save-key-then = Solange Sie ihn nicht gespeichert haben, wird nichts ersetzt.

authorise-title = Bestätigen Sie, dass Sie es sind
authorise-password = Der Heimserver verlangt das Passwort Ihres Kontos.
authorise-browser = Der Heimserver verlangt, dass Sie dies auf einer eigenen Seite bestätigen. Öffnen Sie die Seite, bestätigen Sie dort und kommen Sie hierher zurück.
authorise-either = Der Heimserver verlangt das Passwort Ihres Kontos oder dass Sie dies auf einer eigenen Seite bestätigen. Eines von beiden genügt.
authorise-other-account = Auf der Seite wurde für ein anderes Konto bestätigt. Melden Sie sich dort ab und bestätigen Sie dort als { $user }.
authorise-waiting = Es wird auf die Seite gewartet. Hier geht es von selbst weiter, sobald Sie dort bestätigt haben.
authorise-reset = Danach wird die neue digitale Identität aktiviert.
authorise-sign-out = Danach werden die Sitzungen abgemeldet.

hand-over-title = Geben Sie den neuen Sicherheitsschlüssel in Ihrer App ein
hand-over-what = Die neue digitale Identität ist aktiv. Geben Sie jetzt den neuen Sicherheitsschlüssel in der App ein, zu der diese Sitzung gehört, so wie Sie es zum Verifizieren tun würden. Alles Alte ist noch da.
hand-over-no-storage = Wenn die App anbietet, den Schlüsselspeicher zu reparieren, lehnen Sie ab.
hand-over-then = Wenn die App den Schlüssel hat und den neuen Schlüsselspeicher gelesen hat, geben Sie das hier an.

reset-done-title = Ihre neue digitale Identität ist aktiv
reset-done-fingerprint-before = Fingerabdruck vorher
reset-done-fingerprint-now = Fingerabdruck jetzt
reset-done-contacts = { $count ->
    [one] { $count } Kontakt muss erneut verifiziert werden.
   *[other] { $count } Kontakte müssen erneut verifiziert werden.
}
reset-done-contacts-unknown = Kontakte, die Sie verifiziert hatten, müssen erneut verifiziert werden.
reset-done-key = Der Schlüssel, den Sie gespeichert haben, öffnet von jetzt an alles.
reset-done-old-key-keep = Falls der alte Schlüssel wieder auftaucht, behalten Sie ihn: Nur er öffnet den alten Schlüsselspeicher.
reset-done-old-key-some = Bewahren Sie auch den alten auf: Ältere Schlüsselspeicher oder Geheimnisse anderer Programme öffnet nur er.
reset-done-old-key-useless = Der alte Schlüssel nützt nichts mehr. Werfen Sie ihn weg, damit niemand die beiden verwechselt.
reset-done-room-keys = { $count ->
    [one] { $count } Nachrichtenschlüssel ist im neuen Schlüsselspeicher.
   *[other] { $count } Nachrichtenschlüssel sind im neuen Schlüsselspeicher.
}
reset-done-session = Diese Sitzung ist verifiziert.
reset-done-untrusted = { $count ->
    [one] { $count } Sitzung muss erneut verifiziert oder abgemeldet werden.
   *[other] { $count } Sitzungen müssen erneut verifiziert oder abgemeldet werden.
}
old-storage-drained = Alle Nachrichtenschlüssel des alten Schlüsselspeichers sind im neuen; der alte ist gelöscht.
old-storage-kept = Der alte Schlüsselspeicher ist noch auf dem Heimserver. Der alte Sicherheitsschlüssel öffnet ihn, falls dieser Schlüssel eines Tages wieder auftaucht.
old-storage-none = Es gab keinen alten Schlüsselspeicher.
old-storage-deleted = Der alte Schlüsselspeicher ist gelöscht; was nur er enthielt, ist verloren.
old-storage-in-the-way = Der Heimserver verwendet weiterhin den alten Schlüsselspeicher und nimmt keinen neuen an. Die Nachrichtenschlüssel dieser Sitzung sind in keinem neuen Schlüsselspeicher: Speichern Sie die Nachrichtenschlüssel in einer Datei.
old-storage-in-the-way-of-app = Der Heimserver verwendet weiterhin den alten Schlüsselspeicher und nimmt keinen neuen an.

reset-stopped-title = Das Zurücksetzen wurde angehalten
reset-stopped-before = Es wurde nichts ersetzt.
reset-stopped-after = Die neue digitale Identität ist aktiv, und nichts ist verloren. Das Zurücksetzen kann jederzeit abgeschlossen werden.
reset-cancelled-title = Das Zurücksetzen wurde abgebrochen
reset-cancelled = Was durch das Zurücksetzen hinzugefügt wurde, ist entfernt, und Ihr alter Sicherheitsschlüssel bleibt aktiv. Falls der Heimserver schon um die Annahme der neuen digitalen Identität gebeten wurde, bewahren Sie beide Schlüssel auf, bis ein Blick auf Ihr Konto zeigt, welcher aktiv ist.

reset-pending-title = Ein Zurücksetzen wurde unterbrochen
reset-pending-staged = Es wurde nichts ersetzt. Sie können das Zurücksetzen fortsetzen oder abbrechen.
reset-pending-committed = Ihre neue digitale Identität ist bereits aktiv. Setzen Sie den Vorgang fort, um ihn abzuschließen; nichts ist verloren.
reset-pending-handing-over = Ihre neue digitale Identität ist bereits aktiv. Setzen Sie den Vorgang fort, um den neuen Sicherheitsschlüssel in Ihrer App einzugeben.

## New Security Key

recovery-begin-title = Neuen Sicherheitsschlüssel erstellen
recovery-begin-intro = Hiermit wird ein neuer Sicherheitsschlüssel (Wiederherstellungsschlüssel) für { $user } erstellt. Das bedeutet:
recovery-means-key = Sie erhalten einen neuen Sicherheitsschlüssel. Danach nützen der alte Sicherheitsschlüssel und die alte Sicherheitsphrase nichts mehr.
recovery-means-identity = Die digitale Identität bleibt bestehen. Kein Vertrauen geht verloren: Keine Sitzung und kein Kontakt muss erneut verifiziert werden.
recovery-means-storage-stays = Der Schlüsselspeicher bleibt bestehen, mit allem, was darin ist.
recovery-means-storage-closed = Der Schlüsselspeicher bleibt bestehen, aber diese Sitzung hat den Schlüssel dazu nicht; deshalb wird der neue Sicherheitsschlüssel ihn nicht öffnen. Wenn Sie den alten Sicherheitsschlüssel haben, brechen Sie hier ab und verifizieren Sie zuerst diese Sitzung damit.
recovery-promise = Es wird kein Passwort benötigt. Der alte Schlüssel bleibt aktiv, bis Sie den neuen gespeichert haben; bis dahin können Sie jederzeit abbrechen.

recovery-working-title = Ein neuer Sicherheitsschlüssel wird erstellt
recovery-step-make-key = Der neue Schlüssel wird erstellt
recovery-step-stage = Ihre Geheimnisse werden unter dem neuen Schlüssel abgelegt, neben dem alten
recovery-step-switch = Der neue Schlüssel wird aktiviert
recovery-step-clean-up = Was unter dem alten Schlüssel abgelegt ist, wird entfernt
recovery-working-safe = Sie können noch abbrechen: Der alte Schlüssel ist aktiv.
recovery-working-committed = Dies kann nicht mehr abgebrochen werden. Wenn der Vorgang unterbrochen wird, geht er dort weiter, wo er war.

recovery-done-title = Ihr neuer Sicherheitsschlüssel ist aktiv
recovery-done-key = Der Schlüssel, den Sie gespeichert haben, öffnet von jetzt an Ihren Geheimnisspeicher.
recovery-done-old-key-useless = Der alte Schlüssel nützt nichts mehr. Werfen Sie ihn weg, damit niemand die beiden verwechselt.
recovery-done-old-key-keep = Falls der alte Schlüssel wieder auftaucht, behalten Sie ihn: Nur er öffnet, was unten genannt ist.
recovery-done-storage-closed = Diese Sitzung hat den Schlüssel des Schlüsselspeichers nicht; deshalb öffnet der neue Sicherheitsschlüssel ihn nicht, und neue Nachrichtenschlüssel dieser Sitzung werden dort nicht abgelegt.
recovery-done-identity = Wie vorher: Wer verifiziert war, ist es weiterhin.
recovery-old-opens-storage-or-earlier = Der Schlüsselspeicher oder ein früherer
recovery-old-opens-earlier-storage = Ein früherer Schlüsselspeicher
recovery-old-opens-dehydrated-device = Das Gerät, das Nachrichten empfängt, während Sie offline sind
recovery-old-opens-other-program = Ein Geheimnis eines anderen Programms ({ $name })

recovery-stopped-title = Der neue Sicherheitsschlüssel ist nicht fertiggestellt
recovery-stopped-before = Der alte Sicherheitsschlüssel ist aktiv.
recovery-stopped-after = Der neue Sicherheitsschlüssel ist aktiv oder wird es sein, sobald der Vorgang weitergeht. Behalten Sie bis dahin beide.
recovery-cancelled-title = Es wurde kein neuer Sicherheitsschlüssel erstellt
recovery-cancelled = Was hinzugefügt wurde, ist entfernt, und Ihr alter Sicherheitsschlüssel bleibt aktiv. Falls der neue schon aktiviert wurde, bewahren Sie beide auf, bis ein Blick auf Ihr Konto zeigt, welcher aktiv ist.
recovery-pending-title = Ein neuer Sicherheitsschlüssel wurde nicht fertiggestellt
recovery-pending-staged = Der alte Sicherheitsschlüssel ist aktiv. Sie können den Vorgang fortsetzen oder abbrechen.
recovery-pending-committed = Der neue Sicherheitsschlüssel wird gerade aktiviert. Setzen Sie den Vorgang fort, um ihn abzuschließen; nichts ist verloren.

## What a key opens

check-title = Was dieser Sicherheitsschlüssel öffnet
check-is-default = Das ist der Sicherheitsschlüssel des Kontos, also der, nach dem jede App fragt.
check-is-not-default = Das ist ein Schlüssel dieses Kontos, aber nicht der, nach dem Apps fragen: Er ist noch nicht oder nicht mehr aktiv.
check-opens-all = Er öffnet alles. Bewahren Sie ihn an einem sicheren Ort auf.
check-opens-all-not-default = Er öffnet alles. Sehen Sie nach, ob ein neuer Sicherheitsschlüssel darauf wartet, fertiggestellt zu werden.
check-opens-some = Er öffnet nicht alles. Erstellen Sie einen neuen Sicherheitsschlüssel in einer verifizierten Sitzung, die die privaten Schlüssel hat.
check-opens-some-elsewhere = Er öffnet nicht alles. Erstellen Sie einen neuen Sicherheitsschlüssel in dem Programm, zu dem diese Sitzung gehört.
secret-identity = Digitale Identität
secret-master = Digitale Identität: der Hauptschlüssel
secret-self-signing = Digitale Identität: der Schlüssel, der Ihre Sitzungen verifiziert
secret-user-signing = Digitale Identität: der Schlüssel, der Kontakte verifiziert
secret-key-storage = Schlüsselspeicher: Ihre verschlüsselten Nachrichten

## Unlock: this session is verified with the Security Key or Phrase

unlock-title = Diese Sitzung verifizieren
unlock-how = Geben Sie Ihren Sicherheitsschlüssel oder Ihre Sicherheitsphrase ein. Dann ist diese Sitzung verifiziert und kann Ihren Nachrichtenverlauf lesen.
unlock-lost = Wenn Sie keines von beiden haben, kann eine andere verifizierte Sitzung diese verifizieren.
unlock-working = Diese Sitzung wird verifiziert
unlock-done-title = Diese Sitzung ist verifiziert
unlock-done-storage = Ihr Nachrichtenverlauf kommt nach und nach aus dem Schlüsselspeicher, wenn Sie Räume öffnen.
unlock-done-without-storage = Der Schlüsselspeicher wurde nicht geöffnet. Ältere Nachrichten bleiben hier möglicherweise unlesbar.

## Verification of a session by another

verify-title = Eine Sitzung verifizieren
verify-waiting = Es wird auf { $other } gewartet. Nehmen Sie dort an, sobald Sie danach gefragt werden.
verify-requested = Gerade bittet { $other } um Verifizierung. Nehmen Sie nur an, wenn Sie dies dort gestartet haben.
verify-ready = Nun ist { $other } bereit.
verify-how = Nun ist { $other } bereit. Wie möchten Sie vergleichen?
verify-only-scan = Nun zeigt { $other } einen QR-Code. Scannen Sie ihn.
verify-show-code = Lassen Sie { $other } diesen Code scannen.
verify-show-code-alternative = Wenn dort nicht gescannt werden kann, vergleichen Sie stattdessen Emojis.
verify-emoji = Sind dies die Emojis, die { $other } zeigt, in dieser Reihenfolge?
verify-numbers = Sind dies die Zahlen, die { $other } zeigt, in dieser Reihenfolge?
verify-time-limit = Die Sitzungen geben nach einer Minute ohne Antwort auf.
verify-scanned = Nun hat { $other } den Code gescannt. Steht dort, dass es geklappt hat?
verify-confirmed = Es wird auf { $other } gewartet: Bestätigen Sie auch dort.
verify-done-title = Verifiziert
verify-done = Die Signatur ist auf dem Heimserver.
verify-cancelled-title = Nicht verifiziert
verify-stopped-title = Die Verifizierung wurde angehalten
verify-the-other-session = die andere Sitzung

cancelled-user = Die Verifizierung wurde abgebrochen. Starten Sie die Verifizierung erneut, wenn beide Seiten bereit sind.
cancelled-timed_out = Die Verifizierung hat zu lange gedauert. Starten Sie die Verifizierung erneut, wenn Sie beide Sitzungen zur Hand haben.
cancelled-mismatched_sas = Die Emojis oder Zahlen waren nicht dieselben. Möglicherweise hört jemand mit: Prüfen Sie, ob Sie den richtigen Heimserver verwenden, und versuchen Sie es in einem anderen Netzwerk erneut.
cancelled-mismatched_commitment = Die Schlüssel sind nicht die erwarteten. Möglicherweise hört jemand mit, oder dies ist nicht die Sitzung, die Sie meinten: Sehen Sie sich die Liste der Sitzungen an, bevor Sie es erneut versuchen.
cancelled-key_mismatch = { cancelled-mismatched_commitment }
cancelled-user_mismatch = { cancelled-mismatched_commitment }
cancelled-accepted_elsewhere = Eine andere Sitzung hat diese Anfrage beantwortet. Machen Sie dort weiter.
cancelled-unknown_method = Die beiden Sitzungen haben keine gemeinsame Art der Verifizierung. Versuchen Sie es mit Emojis oder aktualisieren Sie den anderen Client.
cancelled-unexpected_message = Die beiden Sitzungen haben einander nicht verstanden. Starten Sie erneut; wenn es so bleibt, aktualisieren Sie den anderen Client.
cancelled-invalid_message = { cancelled-unexpected_message }
cancelled-unknown_transaction = { cancelled-unexpected_message }
cancelled-invalid_qr_code = Der gescannte Code war nicht der richtige. Starten Sie erneut und scannen Sie den Code, der dann angezeigt wird.
cancelled-another_verification = Zur selben Zeit wurde eine andere Verifizierung gestartet, deshalb wurden beide abgebrochen. Starten Sie eine davon erneut.
cancelled-session_gone = Die andere Sitzung wurde abgemeldet. Rufen Sie die Liste der Sitzungen erneut auf.
cancelled-other = Die andere Sitzung hat aus einem Grund abgebrochen, der hier nicht bekannt ist. Starten Sie erneut.

## Sessions

sessions-title = Sitzungen
sessions-others = { $count ->
    [0] Es gibt keine anderen Sitzungen.
    [one] { $count } andere Sitzung
   *[other] { $count } andere Sitzungen
}
sessions-of-filter = { $count ->
    [0] Es gibt keine solche Sitzung.
    [one] { $count } Sitzung
   *[other] { $count } Sitzungen
}
filter-all = Alle
filter-verified = Verifiziert
filter-unverified = Nicht verifiziert
filter-inactive = Inaktiv
filter-unverifiable = Ohne Verschlüsselung
trust-verified = Verifiziert
trust-unverified = Nicht verifiziert
trust-unverifiable = Ohne Verschlüsselung
trust-unverifiable-explained = Unterstützt keine Verschlüsselung und kann deshalb nicht verifiziert werden
session-inactive = Seit 90 Tagen oder länger inaktiv
session-current = Diese Sitzung

advice-unverified = { $count ->
    [one] { $count } nicht verifizierte Sitzung: Verifizieren Sie sie oder melden Sie sie ab, wenn Sie sie nicht kennen.
   *[other] { $count } nicht verifizierte Sitzungen: Verifizieren Sie sie oder melden Sie unbekannte ab.
}
advice-unverified-unsure = { $count ->
    [one] { $count } nicht verifizierte Sitzung, soweit diese Sitzung es erkennen kann.
   *[other] { $count } nicht verifizierte Sitzungen, soweit diese Sitzung es erkennen kann.
}
advice-inactive = { $count ->
    [one] { $count } inaktive Sitzung (90 Tage oder länger): Melden Sie sie ab, wenn sie nicht verwendet wird.
   *[other] { $count } inaktive Sitzungen (90 Tage oder länger): Melden Sie ab, was nicht verwendet wird.
}
advice-unlisted = { $count ->
    [one] { $count } Sitzung, die der Heimserver nicht in seiner Liste zeigt: Das ist sein Fehler, oder jemand steckt dahinter.
   *[other] { $count } Sitzungen, die der Heimserver nicht in seiner Liste zeigt: Das ist sein Fehler, oder jemand steckt dahinter.
}
session-unlisted = Der Heimserver zeigt die Schlüssel dieser Sitzung, lässt die Sitzung aber in der Liste der Sitzungen aus
new-login = Neue Anmeldung: { $name } ({ $device }), { $ago }. Waren Sie das?

session-name-public = Öffentlicher Name: Die Personen, mit denen Sie schreiben, können ihn sehen
session-name-is-client = Die Sitzung hat keinen Namen; so nennt sich ihr Client
session-name-is-id = Die Sitzung hat keinen Namen; dies ist ihre ID
session-id = Sitzungs-ID
session-verification = Verifizierung
session-last-activity = Letzte Aktivität
session-activity-unknown = Aktivität unbekannt
session-ip-address = IP-Adresse
session-client = Client
session-kind = Art
session-push = Push-Benachrichtigungen
session-fingerprint = Fingerabdruck
session-first-listed = Hier zum ersten Mal aufgeführt
session-new-login-open = Eine neue Anmeldung, die noch niemand bestätigt hat
session-new-login-acknowledged = Eine neue Anmeldung, die Sie bestätigt haben
session-renamed = Umbenannt
session-renamed-from-to = Vorher { $from }, jetzt { $to }
session-no-name = kein Name
unknown = unbekannt
kind-desktop = Desktop
kind-mobile = Mobilgerät
kind-web = Web
kind-unknown = unbekannt
push-on = ein
push-off = aus
push-unsupported = können von hier aus nicht umgeschaltet werden

ago-now = gerade eben
ago-minutes = { $count ->
    [one] vor { $count } Minute
   *[other] vor { $count } Minuten
}
ago-hours = { $count ->
    [one] vor { $count } Stunde
   *[other] vor { $count } Stunden
}
ago-days = { $count ->
    [one] vor { $count } Tag
   *[other] vor { $count } Tagen
}

rename-title = Die Sitzung umbenennen

sign-out-title = { $count ->
    [one] { $count } Sitzung abmelden?
   *[other] { $count } Sitzungen abmelden?
}
sign-out-trust-unknown = { $count ->
    [one] Diese Sitzung ist nicht verifiziert und kann deshalb nicht erkennen, ob die andere verifiziert und damit wahrscheinlich Ihre eigene ist.
   *[other] Diese Sitzung ist nicht verifiziert und kann deshalb nicht erkennen, welche davon verifiziert und damit wahrscheinlich Ihre eigenen sind.
}
sign-out-verified = { $count ->
    [one] { $count } davon ist verifiziert, also ist es wahrscheinlich Ihre eigene.
   *[other] { $count } davon sind verifiziert, also sind es wahrscheinlich Ihre eigenen.
}
sign-out-it-is-verified = Die Sitzung ist verifiziert, also ist es wahrscheinlich Ihre eigene.
sign-out-seen = { $count ->
    [one] { $count } davon war in den letzten 24 Stunden aktiv, also wird sie von jemandem verwendet.
   *[other] { $count } davon waren in den letzten 24 Stunden aktiv, also werden sie von jemandem verwendet.
}
sign-out-it-was-seen = Die Sitzung war in den letzten 24 Stunden aktiv, also wird sie von jemandem verwendet.
sign-out-this = Diese Sitzung ist darunter: Sie werden hier abgemeldet.
sign-out-last-session = Es bleibt keine andere Sitzung, die Verschlüsselung unterstützt: Dann öffnet nur noch der Sicherheitsschlüssel Ihre Nachrichten.
sign-out-unsaved-room-keys = { $count ->
    [one] { $count } Nachrichtenschlüssel dieser Sitzung ist in keinem Schlüsselspeicher. Speichern Sie ihn, bevor Sie sich abmelden.
   *[other] { $count } Nachrichtenschlüssel dieser Sitzung sind in keinem Schlüsselspeicher. Speichern Sie diese Schlüssel, bevor Sie sich abmelden.
}
sign-out-on-page = Auf diesem Heimserver werden Sitzungen auf seiner Kontoseite in einem Browser abgemeldet.
sign-out-working = Die Abmeldung läuft
sign-out-stopped-title = Das Abmelden wurde nicht abgeschlossen
sign-out-done-title = { $count ->
    [one] { $count } Sitzung abgemeldet
   *[other] { $count } Sitzungen abgemeldet
}

## Where the screens begin, and what did not work

overview-title = Sicherheit des Kontos
stopped-title = Es hat nicht funktioniert

## Examination

doctor-title = Wie es um Ihr Konto steht
doctor-healthy = Die Sicherheit Ihres Kontos ist in Ordnung.
doctor-smallest-first = Zuerst wird die kleinste Maßnahme genannt, die hilft.
doctor-more = { $count ->
    [one] dazu { $count } weitere
   *[other] dazu { $count } weitere
}
severity-info = Gut zu wissen
severity-warning = Warnung
severity-critical = Wichtig

finding-session-unverified = Diese Sitzung ist nicht verifiziert: Andere Personen und Ihre anderen Sitzungen können nicht wissen, dass es Ihre ist, und viele Apps weigern sich, mit solchen Sitzungen zu arbeiten. Ihr Konto selbst hat keinen Schaden genommen.
finding-session-keys_missing = Diese Sitzung ist verifiziert, aber sie hat die privaten Schlüssel Ihrer digitalen Identität nicht. Die Sitzung funktioniert, kann aber weder andere Sitzungen verifizieren noch einen neuen Sicherheitsschlüssel erstellen.
finding-session-device_keys_differ = Der Heimserver zeigt für diese Sitzung andere Schlüssel, als sie hat. Entweder wurde diese Sitzung aus einer alten Kopie wiederhergestellt, oder der Heimserver ist nicht ehrlich. Nachrichten an diese Sitzung können hier nicht gelesen werden.
finding-session-tokens_exposed = Eine frühere Version hat die Zugriffstoken dieser Sitzung unverschlüsselt auf diesem Datenträger hinterlassen, und der Heimserver bietet keine Möglichkeit, sie zu ersetzen.
finding-identity-missing = Ihr Konto hat noch keine digitale Identität, deshalb kann keine Sitzung verifiziert werden, und es gibt keinen Sicherheitsschlüssel.
finding-identity-gone = Der Heimserver zeigt Ihre digitale Identität nicht mehr, die diese Sitzung kennt. Eine digitale Identität wird ersetzt und nie entfernt: Entweder wurde der Heimserver auf einen früheren Stand zurückgebracht, oder er ist nicht ehrlich. Warten Sie ab, ob die digitale Identität wiederkommt, bevor Sie eine andere einrichten.
finding-identity-invalid = Die digitale Identität, die der Heimserver zeigt, ist beschädigt: Die Signaturen darin sind ungültig, deshalb kann sich niemand auf diese digitale Identität verlassen.
finding-identity-replaced = Ihre digitale Identität ist eine andere als die, die diese Sitzung verifiziert hat. Wenn Sie die digitale Identität auf einem anderen Gerät zurückgesetzt haben, verifizieren Sie diese Sitzung erneut. Wenn nicht, hat es jemand anderes getan: Ändern Sie zuerst Ihr Passwort und sehen Sie sich Ihre Sitzungen an.
finding-secret_storage-missing = Ihr Konto hat keinen Geheimnisspeicher, deshalb gibt es keinen Sicherheitsschlüssel: Wenn Sie Ihre Sitzungen verlieren, gehen mit ihnen auch Ihr Nachrichtenverlauf und Ihre digitale Identität verloren.
finding-secret_storage-no_default = Der Geheimnisspeicher ist da, aber er nennt keinen Sicherheitsschlüssel, deshalb kann keine App ihn öffnen. Diesen Zustand hinterlässt eine App, die ein Zurücksetzen begonnen und nicht abgeschlossen hat.
finding-secret_storage-incomplete-both = Ihr Sicherheitsschlüssel öffnet nicht alles: Ihre digitale Identität und der Schlüssel des Schlüsselspeichers sind nicht unter ihm abgelegt. Eine neue Anmeldung bekäme beides nicht zurück.
finding-secret_storage-incomplete-storage = Ihr Sicherheitsschlüssel öffnet nicht alles: Der Schlüssel des Schlüsselspeichers ist nicht unter ihm abgelegt. Eine neue Anmeldung bekäme diesen Schlüssel nicht zurück.
finding-secret_storage-incomplete-identity = Ihr Sicherheitsschlüssel öffnet nicht alles: Ihre digitale Identität ist nicht unter ihm abgelegt. Eine neue Anmeldung bekäme die digitale Identität nicht zurück.
finding-secret_storage-stale = { $count ->
    [one] Der Geheimnisspeicher hat Einträge eines alten Schlüssels, den es nicht mehr gibt. Diese Einträge öffnen nichts und schaden nicht.
   *[other] Der Geheimnisspeicher hat Einträge von { $count } alten Schlüsseln, die es nicht mehr gibt. Diese Einträge öffnen nichts und schaden nicht.
}
finding-secret_storage-wrong_key = Der Sicherheitsschlüssel, den Sie eingegeben haben oder zu dem Ihre eingegebene Sicherheitsphrase gehört, ist nicht der, nach dem Apps fragen: Ein anderer ist an seine Stelle getreten.
finding-secret_storage-wrong_key-both = Was Sie als Sicherheitsschlüssel oder Sicherheitsphrase eingegeben haben, öffnet Ihre digitale Identität und den Schlüssel des Schlüsselspeichers nicht. Entweder ist Ihre Eingabe nicht aktuell, oder eine App hat dort etwas anderes abgelegt. Eine neue Anmeldung bekäme beides damit nicht zurück.
finding-secret_storage-wrong_key-storage = Was Sie als Sicherheitsschlüssel oder Sicherheitsphrase eingegeben haben, öffnet den Schlüssel des Schlüsselspeichers nicht. Entweder ist Ihre Eingabe nicht aktuell, oder eine App hat dort etwas anderes abgelegt. Eine neue Anmeldung bekäme diesen Schlüssel damit nicht zurück.
finding-secret_storage-wrong_key-identity = Was Sie als Sicherheitsschlüssel oder Sicherheitsphrase eingegeben haben, öffnet Ihre digitale Identität nicht. Entweder ist Ihre Eingabe nicht aktuell, oder eine App hat dort etwas anderes abgelegt. Eine neue Anmeldung bekäme die digitale Identität damit nicht zurück.
finding-recovery_key-lost = Sie haben Ihren Sicherheitsschlüssel verloren. Damit ist nichts weiter verloren, solange eine Ihrer Sitzungen verifiziert ist; erstellen Sie einen neuen, bevor Sie auch diese verlieren.
finding-backup-missing = Ihre Nachrichtenschlüssel sind nicht gesichert: Eine neue Sitzung kann Ihren Nachrichtenverlauf nicht lesen, und wenn Sie Ihre Sitzungen verlieren, ist er verloren.
finding-backup-off = Der Schlüsselspeicher ist ausgeschaltet, deshalb kann eine neue Sitzung Ihren Nachrichtenverlauf nicht lesen. Wenn Sie es so wollen, ist alles in Ordnung.
finding-backup-key_elsewhere = Es gibt einen Schlüsselspeicher, aber diese Sitzung hat keinen Schlüssel dazu: Die Nachrichtenschlüssel dieser Sitzung werden dort nicht abgelegt.
finding-backup-behind = { $count ->
    [one] { $count } Nachrichtenschlüssel dieser Sitzung ist noch nicht im Schlüsselspeicher.
   *[other] { $count } Nachrichtenschlüssel dieser Sitzung sind noch nicht im Schlüsselspeicher.
}
finding-backup-flag_contradicts = Es gibt einen Schlüsselspeicher, aber in den Einstellungen Ihres Kontos steht, dass Sie keinen wollen. Apps sind sich nicht einig, was von beidem gilt, und hören möglicherweise auf, Nachrichtenschlüssel zu sichern.
finding-backup-untrusted = Niemand, dem diese Sitzung vertraut, hat den Schlüsselspeicher auf dem Heimserver signiert. Wenn es nicht Ihrer ist, könnte die Person, die ihn angelegt hat, lesen, was dort abgelegt wird; deshalb legt diese Sitzung dort nichts ab.
finding-backup-old_left = { $count ->
    [one] Ein älterer Schlüsselspeicher von Ihnen ist noch da. Mit dem damaligen Sicherheitsschlüssel kann sein Inhalt in den aktuellen übertragen werden.
   *[other] { $count } ältere Versionen Ihres Schlüsselspeichers sind noch da. Mit dem damaligen Sicherheitsschlüssel kann deren Inhalt in den aktuellen übertragen werden.
}
finding-dehydrated-foreign = Ein Gerät, das Ihre Nachrichten empfangen soll, während Sie offline sind, ist nicht von Ihrer digitalen Identität signiert. Es ist ein Überbleibsel oder gehört jemand anderem, und Sie können nicht lesen, was es empfängt.
finding-sessions-unverified = { $count ->
    [one] { $count } andere Sitzung ist nicht verifiziert. Wenn es Ihre ist, verifizieren Sie sie; wenn Sie sie nicht kennen, melden Sie sie ab und ändern Sie Ihr Passwort.
   *[other] { $count } andere Sitzungen sind nicht verifiziert. Wenn es Ihre sind, verifizieren Sie sie; wenn Sie sie nicht kennen, melden Sie sie ab und ändern Sie Ihr Passwort.
}
finding-sessions-inactive = { $count ->
    [one] { $count } andere Sitzung war seit 90 Tagen nicht aktiv. Was Sie nicht mehr verwenden, kann abgemeldet werden.
   *[other] { $count } andere Sitzungen waren seit 90 Tagen nicht aktiv. Was Sie nicht mehr verwenden, kann abgemeldet werden.
}
finding-sessions-keyless = { $count ->
    [one] { $count } andere Sitzung unterstützt keine Verschlüsselung.
   *[other] { $count } andere Sitzungen unterstützen keine Verschlüsselung.
}
finding-sessions-unlisted = { $count ->
    [one] Der Heimserver zeigt die Schlüssel von { $count } Sitzung, die er nicht unter Ihren Sitzungen aufführt. Das ist ein Fehler des Heimservers, oder jemand verbirgt eine Sitzung.
   *[other] Der Heimserver zeigt die Schlüssel von { $count } Sitzungen, die er nicht unter Ihren Sitzungen aufführt. Das ist ein Fehler des Heimservers, oder jemand verbirgt eine Sitzung.
}
finding-server-no_key_backup = Dieser Heimserver bietet keinen Schlüsselspeicher, deshalb kann eine neue Sitzung Ihren Nachrichtenverlauf nicht lesen. Exportieren Sie Ihre Nachrichtenschlüssel in eine Datei, um sie zu behalten.
finding-server-no_account_data_list = Dieser Heimserver listet nicht auf, was für Ihr Konto gespeichert ist. Was ein alter Sicherheitsschlüssel sonst noch öffnet, ist nicht zu sehen; deshalb bleiben alte Schlüssel, wo sie sind, und ein Schlüssel, der nicht der aktuelle ist, kann nicht verwendet werden.
finding-contacts-changed = { $count ->
    [one] { $count } Kontakt hat eine andere digitale Identität als die, die Sie verifiziert hatten. Vielleicht hat dieser Kontakt sie zurückgesetzt; oder jemand anderes gibt sich für diesen Kontakt aus. Fragen Sie auf einem anderen Weg nach und vergleichen Sie Emojis mit diesem Kontakt, bevor Sie sich auf das verlassen, was Sie einander schreiben.
   *[other] { $count } Kontakte haben eine andere digitale Identität als die, die Sie verifiziert hatten. Vielleicht haben diese Kontakte sie zurückgesetzt; oder jemand anderes gibt sich für sie aus. Fragen Sie auf einem anderen Weg nach und vergleichen Sie Emojis mit diesen Kontakten, bevor Sie sich auf das verlassen, was Sie einander schreiben.
}
finding-contacts-verified_lost = { $count ->
    [one] Sie hatten { $count } Kontakt mit Ihrer früheren digitalen Identität verifiziert, die es nicht mehr gibt. Sie können diesem Kontakt weiterhin schreiben; ob jemand an seine Stelle getreten ist, wissen Sie erst, wenn Sie erneut Emojis mit ihm verglichen haben.
   *[other] Sie hatten { $count } Kontakte mit Ihrer früheren digitalen Identität verifiziert, die es nicht mehr gibt. Sie können diesen Kontakten weiterhin schreiben; ob jemand an ihre Stelle getreten ist, wissen Sie erst, wenn Sie erneut Emojis mit ihnen verglichen haben.
}
finding-flow-pending = Ein Zurücksetzen oder das Erstellen eines neuen Sicherheitsschlüssels wurde unterbrochen und wartet. Bis der Vorgang abgeschlossen oder abgebrochen ist, kann nichts anderes begonnen werden, was Schlüssel ändert.

## What mends it

remedy-unlock = Diese Sitzung mit dem Sicherheitsschlüssel oder der Sicherheitsphrase verifizieren
remedy-verify_by_session = Diese Sitzung durch eine andere verifizieren, mit Emojis oder einem QR-Code
remedy-ask_other_sessions = Ihre anderen Sitzungen nach den privaten Schlüsseln fragen
remedy-sign_this_session = Diese Sitzung mit den privaten Schlüsseln signieren, die sie hat
remedy-write_secret_storage = Das Fehlende unter dem aktuellen Sicherheitsschlüssel im Geheimnisspeicher ablegen
remedy-new_recovery_key = Einen neuen Sicherheitsschlüssel erstellen
remedy-make_backup = Einen Schlüsselspeicher anlegen
remedy-upload_room_keys = Diese Nachrichtenschlüssel hochladen
remedy-say_backup_is_wanted = Angeben, dass Sie den Schlüsselspeicher wollen
remedy-recover_room_keys = Den Inhalt in den aktuellen Schlüsselspeicher übertragen
remedy-remove_dehydrated_device = Das genannte Gerät entfernen
remedy-look_at_sessions = Die Sitzungen ansehen
remedy-verify_contacts_again = Emojis in der App vergleichen, in der Sie einander schreiben
remedy-dismiss_contacts = Nicht verifiziert lassen und nicht mehr darauf hinweisen
remedy-log_in_again = Abmelden, dann erneut anmelden
remedy-resume_reset = Das Zurücksetzen fortsetzen
remedy-cancel_reset = Das Zurücksetzen abbrechen
remedy-resume_recovery = Das Erstellen des neuen Sicherheitsschlüssels fortsetzen
remedy-cancel_recovery = Das Erstellen des neuen Sicherheitsschlüssels abbrechen
remedy-in_other_program = Dies in dem Programm tun, zu dem diese Sitzung gehört
remedy-set_up = Eine digitale Identität, einen Sicherheitsschlüssel und einen Schlüsselspeicher einrichten
remedy-reset = Zurücksetzen: eine neue digitale Identität
remedy-alone = { $remedy }.
remedy-by-sessions = { $remedy } (möglich mit { $sessions }).

consequence-nothing_is_lost = Nichts geht verloren, und niemand muss Sie erneut verifizieren.
consequence-sessions_lose_trust = { $count ->
    [0] Keine andere Ihrer Sitzungen ist jetzt verifiziert.
    [one] { $count } andere Sitzung muss erneut verifiziert werden.
   *[other] { $count } andere Sitzungen müssen erneut verifiziert werden.
}
consequence-room_keys_uploaded = { $count ->
    [one] { $count } Nachrichtenschlüssel wird im Schlüsselspeicher abgelegt.
   *[other] { $count } Nachrichtenschlüssel werden im Schlüsselspeicher abgelegt.
}
consequence-room_keys_need_old_key = { $count ->
    [one] Für { $count } Nachrichtenschlüssel im aktuellen Schlüsselspeicher wird der alte Sicherheitsschlüssel benötigt.
   *[other] Für { $count } Nachrichtenschlüssel im aktuellen Schlüsselspeicher wird der alte Sicherheitsschlüssel benötigt.
}
consequence-authorisation = Ihr Passwort oder eine Bestätigung im Browser wird benötigt.
consequence-contacts_verify_again = Personen, die Sie verifiziert haben, müssen es erneut tun.
consequence-no_messages_while_offline = Bis eine App ein neues Gerät dafür anlegt, werden Ihre Nachrichten nicht empfangen, während Sie offline sind.

## What went wrong. Each is named after the code of the error

error-account-closed = Dieses Konto wurde geschlossen. Stellen Sie es zuerst wieder her.
error-account-paused = Dieses Konto wurde angehalten. Setzen Sie es fort, und versuchen Sie es dann noch einmal.

error-attach-homeserver = Die Adresse des Heimservers muss mit https:// beginnen.
error-attach-id = Die Benutzer-ID hat die Form @alice:example.org, und die Geräte-ID ist nicht leer.
error-attach-key = Ein Schlüssel hat 43 Zeichen in Base64, wie andere Sitzungen ihn zeigen (Sitzungsschlüssel, Fingerabdruck).
error-attach-reset_pending = Ein Zurücksetzen oder ein neuer Sicherheitsschlüssel wartet hier, oder die letzte Anfrage dazu kann noch ankommen, und die neuen Schlüssel sind möglicherweise nirgendwo sonst. Schließen Sie den Vorgang zuerst ab, brechen Sie ihn ab oder geben Sie ihn auf.

error-auth-browser_needed = Dieser Heimserver verlangt, dass dies in einem Browser bestätigt wird.
error-auth-not_approved = Noch hat es niemand im Browser bestätigt, oder die Bestätigung ist abgelaufen. Versuchen Sie es erneut.
error-auth-unsupported = Dieser Heimserver verlangt eine Bestätigung, die nicht unterstützt wird: { $stages }.
error-auth-wrong_password = Dieses Passwort ist falsch. Versuchen Sie es erneut.

error-discovery-certificate = Das Zertifikat dessen, was dort antwortet, ist nicht gültig: Möglicherweise antwortet jemand anderes an dessen Stelle. Prüfen Sie die Schreibweise und das Datum dieses Geräts oder versuchen Sie es in einem anderen Netzwerk.
error-discovery-insecure = Unverschlüsseltes HTTP wird nicht verwendet: Passwörter würden unverschlüsselt übertragen. Verwenden Sie eine Adresse mit https://.
error-discovery-not_a_server_name = Das ist weder ein Servername wie example.org noch eine Adresse wie https://matrix.example.org.
error-discovery-not_matrix = Dort antwortet etwas, aber es ist kein Matrix-Heimserver. Prüfen Sie die Adresse.
error-discovery-unreachable = Dort antwortet nichts. Prüfen Sie die Schreibweise und die Verbindung.

error-export-disk_full = Für die Datei ist kein Platz mehr: Der Datenträger ist voll.
error-export-empty_passphrase = Die Passphrase ist leer.
error-export-is_folder = Das ist ein Ordner, keine Datei.
error-export-no_such_folder = Den Ordner der Datei gibt es nicht.
error-export-permission_denied = Das Schreiben an diesem Ort ist nicht erlaubt.
error-export-store_failed = Der lokale Datenspeicher kann nicht gelesen werden: { $cause }.
error-export-store_version = Der Datenspeicher hat die Schemaversion { $found }; diese Version liest { $known }.
error-export-write_failed = Das Schreiben der Datei ist fehlgeschlagen: { $cause }.

error-import-changed = Die Datei hat sich geändert, während sie gelesen wurde.
error-import-damaged = Die Datei ist beschädigt.
error-import-disk_full = Der lokale Datenspeicher kann die Nachrichtenschlüssel nicht aufnehmen: Der Datenträger ist voll.
error-import-not_a_file = Das ist keine gewöhnliche Datei.
error-import-not_an_export = Das ist keine Datei mit exportierten Nachrichtenschlüsseln.
error-import-not_found = Die Datei gibt es nicht.
error-import-not_room_keys = Die Datei enthält keine Liste von Nachrichtenschlüsseln.
error-import-permission_denied = Das Lesen dieser Datei ist nicht erlaubt.
error-import-read_failed = Das Lesen der Datei ist fehlgeschlagen: { $cause }.
error-import-rounds = Diese Datei verlangt { $asked } Runden der Schlüsselableitung; mindestens 1 und höchstens { $most } werden angenommen.
error-import-store_failed = Der lokale Datenspeicher hat die Nachrichtenschlüssel abgelehnt: { $cause }.
error-import-truncated = Die Datei ist abgeschnitten: Das Ende fehlt.
error-import-unsupported_version = Die Datei hat die Version { $found } des Formats; nur Version 1 wird unterstützt.
error-import-wrong_passphrase = Die Passphrase ist falsch, oder die Datei ist beschädigt.

error-login-already_logged_in = In diesem Ordner ist bereits eine Sitzung von { $user }. Melden Sie diese Sitzung zuerst ab oder wählen Sie einen anderen Ordner.
error-login-client_refused = Der Kontodienst des Heimservers lehnt dieses Programm ab ({ $code }).
error-login-denied = Die Anmeldung wurde im Browser abgebrochen. Beginnen Sie erneut, wenn das ein Versehen war.
error-login-ended = Der Kontodienst des Heimservers hat die Anmeldung beendet ({ $code }). Beginnen Sie erneut.
error-login-expired = Die Anmeldung ist abgelaufen, oder ihre Antwort wurde schon einmal verwendet. Beginnen Sie erneut.
error-login-not_begun = Hier wartet keine Anmeldung auf einen Browser. Beginnen Sie erneut.
error-login-not_offered = Dieser Heimserver bietet diese Art der Anmeldung nicht an.
error-login-other_answer = Diese Antwort gehört zu einer anderen Anmeldung. Schließen Sie die Anmeldung ab, die hier begonnen wurde, oder beginnen Sie erneut.
error-login-password_not_offered = Dieser Heimserver bietet keine Anmeldung mit Passwort an.
error-login-wrong_password = Der Benutzername oder das Passwort ist falsch.

error-logout-recovery_pending = Ein neuer Sicherheitsschlüssel ist nicht fertiggestellt. Setzen Sie den Vorgang zuerst fort oder brechen Sie ihn ab.
error-logout-reset_pending = Ein Zurücksetzen ist nicht abgeschlossen, und die Schlüssel dazu sind nur in dieser Sitzung. Setzen Sie den Vorgang zuerst fort oder brechen Sie ihn ab.
error-logout-reset_running = Ein Zurücksetzen dieses Kontos läuft. Schließen Sie es zuerst ab oder halten Sie es an.
error-logout-still_signed_in = Der Heimserver sagt, dass er diese Sitzung abgemeldet hat, führt sie aber noch auf. Versuchen Sie es erneut.
error-logout-unsaved_room_keys = { $count ->
    [one] { $count } Nachrichtenschlüssel dieser Sitzung ist in keinem Schlüsselspeicher und ginge verloren. Speichern Sie ihn zuerst.
   *[other] { $count } Nachrichtenschlüssel dieser Sitzung sind in keinem Schlüsselspeicher und gingen verloren. Speichern Sie diese Schlüssel zuerst.
}

error-network-authority = Das ist kein Zertifikat einer Zertifizierungsstelle. Verwenden Sie eine Datei im Format PEM oder DER.
error-network-proxy = Das ist keine Adresse eines Proxys. Verwenden Sie http:// oder https:// und seinen Namen; Benutzername und Passwort werden getrennt davon angegeben.
error-network-user_agent = Das kann nicht als User-Agent gesendet werden. Verwenden Sie einen kurzen Text aus ASCII-Zeichen.
error-push-unsupported = Die Push-Benachrichtigungen der gewählten Sitzung können von hier aus nicht umgeschaltet werden.

error-recovery-already_committed = Der neue Sicherheitsschlüssel wird bereits aktiviert, deshalb kann der Vorgang nicht abgebrochen werden. Setzen Sie ihn fort, um ihn abzuschließen.
error-recovery-already_running = Für dieses Konto läuft bereits ein Zurücksetzen oder das Erstellen eines neuen Sicherheitsschlüssels.
error-recovery-empty_passphrase = Die Sicherheitsphrase ist leer.
error-recovery-identity_gone = Der Heimserver zeigt Ihre digitale Identität nicht mehr, deshalb kann der neue Sicherheitsschlüssel nicht fertiggestellt werden. Versuchen Sie es später erneut. Wenn der Heimserver auf einen früheren Stand zurückgebracht wurde, exportieren Sie Ihre Nachrichtenschlüssel, melden Sie sich ab und wieder an, und richten Sie eine neue digitale Identität ein.
error-recovery-key_mismatch = Das ist nicht der Sicherheitsschlüssel, der angezeigt wurde. Prüfen Sie die Eingabe und geben Sie den Sicherheitsschlüssel erneut ein.
error-recovery-keys_missing = Diese Sitzung hat die privaten Schlüssel nicht. Verwenden Sie eine Sitzung, die sie hat, oder verifizieren Sie diese durch eine solche Sitzung.
error-recovery-not_kept = Der Heimserver hat den neuen Sicherheitsschlüssel nicht behalten. Setzen Sie den Vorgang fort, um es erneut zu versuchen.
error-recovery-not_undone = Der Heimserver hat nicht zurückgenommen, was unter dem neuen Sicherheitsschlüssel abgelegt wurde. Brechen Sie erneut ab.
error-recovery-not_verified = Diese Sitzung ist nicht verifiziert. Verifizieren Sie sie zuerst, mit dem Sicherheitsschlüssel oder durch eine andere Sitzung.
error-recovery-nothing_pending = Es wartet kein neuer Sicherheitsschlüssel.
error-recovery-out_of_order = Das Erstellen des neuen Sicherheitsschlüssels wartet auf etwas anderes.
error-recovery-outdated_secret_storage = Der Geheimnisspeicher enthält die digitale Identität dieses Kontos nicht.
error-recovery-pending = Ein neuer Sicherheitsschlüssel wartet darauf, fertiggestellt zu werden. Setzen Sie den Vorgang zuerst fort oder brechen Sie ihn ab.
error-recovery-reset_pending = Ein Zurücksetzen wartet darauf, abgeschlossen zu werden. Setzen Sie den Vorgang zuerst fort oder brechen Sie ihn ab.
error-recovery-staging_not_kept = Der Heimserver hat nicht behalten, was unter dem neuen Sicherheitsschlüssel abgelegt wurde. Es wurde nichts ersetzt. Versuchen Sie es erneut.
error-recovery-superseded = Ein anderer Client hat inzwischen den Geheimnisspeicher dieses Kontos geändert. Nichts ist verloren; beginnen Sie erneut, wenn Sie noch einen neuen Sicherheitsschlüssel brauchen.
error-recovery-unknown_journal = Der neue Sicherheitsschlüssel wurde mit einer anderen Version von Keyward begonnen. Verwenden Sie jene Version, um ihn fertigzustellen.
error-recovery-weak_passphrase = Die Sicherheitsphrase ist zu leicht zu erraten. Verwenden Sie mehrere Wörter ohne Zusammenhang.

error-rename-not_found = Die Sitzung gibt es nicht mehr: Sie wurde inzwischen abgemeldet.
error-rename-too_long = Der Name einer Sitzung hat höchstens { $most } Zeichen.

error-repair-already_running = Es läuft etwas anderes, das Schlüssel ändert. Warten Sie, bis es beendet ist.
error-repair-backup_is_there = Es gibt einen Schlüsselspeicher, der in Ordnung ist. Öffnen Sie ihn mit dem Sicherheitsschlüssel, statt einen anderen anzulegen.
error-repair-changed = Das Konto hat sich inzwischen geändert. Sehen Sie es sich erneut an.
error-repair-keys_missing = Diese Sitzung hat die Schlüssel nicht, die dafür benötigt werden. Fragen Sie eine andere Sitzung danach oder verifizieren Sie diese durch eine Sitzung, die sie hat.
error-repair-no_backup = Es gibt keinen Schlüsselspeicher, den diese Sitzung verwendet. Legen Sie einen an oder öffnen Sie den vorhandenen mit dem Sicherheitsschlüssel.
error-repair-no_secret_storage = Der Geheimnisspeicher nennt keinen Sicherheitsschlüssel. Erstellen Sie zuerst einen neuen.
error-repair-nobody_answered = Noch hat keine andere Sitzung die Schlüssel gesendet. Öffnen Sie eine Ihrer verifizierten Sitzungen, lassen Sie sie geöffnet und versuchen Sie es erneut.
error-repair-not_kept = Der Heimserver hat nicht behalten, was geschrieben wurde. Versuchen Sie es erneut.
error-repair-not_verified = { error-recovery-not_verified }
error-repair-opens_no_backup = Dieser Sicherheitsschlüssel öffnet keinen älteren Schlüsselspeicher.
error-repair-pending = Ein Zurücksetzen oder ein neuer Sicherheitsschlüssel wartet darauf, abgeschlossen zu werden. Setzen Sie den Vorgang zuerst fort oder brechen Sie ihn ab.
error-repair-would_lose = Der Geheimnisspeicher hat den Schlüssel eines anderen Schlüsselspeichers, und dieser Schlüssel würde überschrieben. Erstellen Sie zuerst einen neuen Sicherheitsschlüssel.

error-reset-already_committed = Die neue digitale Identität ist bereits aktiv, deshalb kann das Zurücksetzen nicht abgebrochen werden. Setzen Sie es fort, um es abzuschließen.
error-reset-already_running = Ein Zurücksetzen dieses Kontos läuft bereits.
error-reset-backup_replaced = Ein anderer Client ersetzt immer wieder den Schlüsselspeicher. Setzen Sie das Zurücksetzen später fort.
error-reset-empty_passphrase = { error-recovery-empty_passphrase }
error-reset-finished_elsewhere = Dieses Zurücksetzen wurde bereits abgeschlossen, und seitdem wurde ein neuerer Sicherheitsschlüssel erstellt. Dieser neuere ist aktiv.
error-reset-host_device = Der Heimserver zeigt die eigenen Schlüssel dieser Sitzung nicht. Wenn ihre App gerade erst angemeldet wurde, warten Sie einen Moment und versuchen Sie es erneut. Andernfalls sollten Sie diesem Heimserver nicht vertrauen.
error-reset-key_mismatch = { error-recovery-key_mismatch }
error-reset-no_room_keys = Die Nachrichtenschlüssel dieser Sitzung verwahrt ihre eigene App. Exportieren Sie die Schlüssel dort.
error-reset-not_accepted = Der Heimserver sagt, dass er die neue digitale Identität angenommen hat, zeigt aber noch die alte. Versuchen Sie es erneut.
error-reset-not_deleted = Der Heimserver hat noch etwas, das der alte Sicherheitsschlüssel öffnet. Setzen Sie das Zurücksetzen fort, um es erneut zu versuchen.
error-reset-not_kept = Der Heimserver hat nicht behalten, was geschrieben wurde. Setzen Sie das Zurücksetzen fort, um es erneut zu versuchen.
error-reset-not_signed = Der Heimserver hat die Signatur dieser Sitzung nicht angenommen. Setzen Sie das Zurücksetzen fort, um es erneut zu versuchen.
error-reset-not_taken_over = Der neue Schlüsselspeicher enthält noch nicht alles, was der alte enthält. Geben Sie der App mit dem neuen Sicherheitsschlüssel etwas Zeit oder behalten Sie den alten Schlüsselspeicher.
error-reset-not_undone = Der Heimserver hat nicht zurückgenommen, was das Zurücksetzen hinzugefügt hatte. Brechen Sie erneut ab.
error-reset-nothing_pending = Es wartet kein Zurücksetzen.
error-reset-other_pending = { error-recovery-pending }
error-reset-out_of_order = Das Zurücksetzen wartet auf etwas anderes.
error-reset-pending = { error-recovery-reset_pending }
error-reset-plan_outdated = Das Konto hat sich geändert, seit die Folgen angezeigt wurden. Sehen Sie sich die Folgen erneut an.
error-reset-staging_not_kept = Der Heimserver hat den neuen Geheimnisspeicher nicht behalten. Es wurde nichts ersetzt. Versuchen Sie es erneut.
error-reset-superseded = Ein anderer Client hat dieses Konto inzwischen zurückgesetzt. Brechen Sie dieses Zurücksetzen ab; beginnen Sie erneut, wenn Sie es noch brauchen.
error-reset-unknown_journal = Das unterbrochene Zurücksetzen wurde mit einer anderen Version von Keyward begonnen. Verwenden Sie jene Version, um es abzuschließen.
error-reset-weak_passphrase = { error-recovery-weak_passphrase }

error-secret_storage-damaged_secret = Ein gespeichertes Geheimnis ist beschädigt.
error-secret_storage-key_not_described = Der Geheimnisspeicher ist defekt: Sein Schlüssel ist nirgends beschrieben.
error-secret_storage-mistyped_key = Das ist kein Sicherheitsschlüssel: Ein Zeichen ist falsch oder fehlt. Prüfen Sie die Eingabe und geben Sie den Sicherheitsschlüssel erneut ein.
error-secret_storage-no_passphrase = Dieses Konto hat keine Sicherheitsphrase. Verwenden Sie den Sicherheitsschlüssel.
error-secret_storage-not_set_up = Dieses Konto hat keinen Geheimnisspeicher, den ein Sicherheitsschlüssel öffnen könnte.
error-secret_storage-unsupported = Der Geheimnisspeicher verlangt etwas, das diese Version ablehnt ({ $what }).
error-secret_storage-wrong_key = Der Sicherheitsschlüssel oder die Sicherheitsphrase gehört nicht zu diesem Konto.

error-server-certificate = Das Zertifikat des Heimservers ist nicht gültig, deshalb wurde ihm nichts gesendet: Möglicherweise antwortet jemand anderes an seiner Stelle. Prüfen Sie das Datum dieses Geräts oder versuchen Sie es in einem anderen Netzwerk.
error-server-failing = Der Heimserver hat selbst ein Problem (HTTP { $status }). Versuchen Sie es später erneut.
error-server-not_understood = Die Antwort des Heimservers ergibt keinen Sinn. Ist dies ein Matrix-Heimserver, und ist nichts dazwischen?
error-server-other_session = Das Zugriffstoken gehört zu einer anderen Sitzung als der verbundenen.
error-server-rate_limited = { $seconds ->
    [0] Der Heimserver bittet darum, zu warten.
    [one] Der Heimserver bittet darum, { $seconds } Sekunde zu warten.
   *[other] Der Heimserver bittet darum, { $seconds } Sekunden zu warten.
}
error-server-refused = Der Heimserver hat die Anfrage abgelehnt ({ $code }, HTTP { $status }).
error-server-session_expired = Diese Sitzung wurde abgemeldet. Melden Sie sich erneut an.
error-server-token_expired = Es gibt kein Zugriffstoken, das der Heimserver annimmt. Versuchen Sie es erneut, wenn die App ein neues hat.
error-server-unreachable = Der Heimserver ist nicht erreichbar. Prüfen Sie die Verbindung und versuchen Sie es erneut.

error-sign_out-account_management = Auf diesem Heimserver werden Sitzungen auf seiner Kontoseite in einem Browser abgemeldet.
error-sign_out-current_session = Diese Sitzung ist darunter. Verwenden Sie dafür „logout“.
error-sign_out-not_verified = Diese Sitzung ist nicht verifiziert und kann deshalb nicht erkennen, welche der anderen es sind. Verifizieren Sie zuerst diese Sitzung.
error-sign_out-still_there = { $count ->
    [one] Der Heimserver sagt, dass er die Sitzungen abgemeldet hat, aber { $count } Sitzung ist noch angemeldet. Versuchen Sie es erneut.
   *[other] Der Heimserver sagt, dass er die Sitzungen abgemeldet hat, aber { $count } Sitzungen sind noch angemeldet. Versuchen Sie es erneut.
}

error-store-damaged = Der lokale Datenspeicher ist beschädigt: Eine Datei fehlt oder ist defekt. Stellen Sie ihn wieder her, oder verschieben Sie ihn an einen anderen Ort und melden Sie sich erneut an.
error-store-failed = Der lokale Datenspeicher kann nicht gelesen oder geschrieben werden. Prüfen Sie den freien Platz und die Berechtigungen auf dem Datenträger und versuchen Sie es dann erneut.
error-store-in_use = Ein anderes Programm verwendet diesen Datenspeicher. Schließen Sie es und versuchen Sie es erneut.
error-store-newer_version = Der lokale Datenspeicher wurde von einer neueren Version von Keyward geschrieben. Verwenden Sie jene Version.
error-store-not_logged_in = Hier ist niemand angemeldet. Melden Sie sich zuerst an.
error-store-other_account = Die Dateien in diesem Ordner gehören zu verschiedenen Anmeldungen. Stellen Sie diejenigen wieder her, die zusammengehören.
error-store-other_user = Der Ordner des lokalen Datenspeichers gehört einem anderen Benutzer dieses Rechners, oder etwas darin ist ein Link oder eine Pipe anstelle einer Datei. Verwenden Sie einen eigenen Ordner.
error-store-wrong_key = Der Schlüssel öffnet den lokalen Datenspeicher nicht. Er gehört zu einem anderen Datenspeicher, oder der Schlüssel wurde ersetzt.

error-store_key-wrong_length = Ein Schlüssel des Datenspeichers hat 32 Bytes.

error-texts-no_such_argument = Dem Text { $id } wird kein Argument { $argument } übergeben.
error-texts-syntax = Die Texte haben nicht das Format von Fluent: { $reason }.
error-texts-unknown = Es gibt keinen Text mit dem Namen { $id }.
error-texts-unusable = Der Text { $id } verweist auf etwas, das es nicht gibt.

error-unlock-incomplete_secret_storage = { error-recovery-outdated_secret_storage }
error-unlock-not_signed = Der Heimserver hat die Signatur dieser Sitzung nicht angenommen. Versuchen Sie es erneut.
error-unlock-outdated_secret_storage = Der Geheimnisspeicher enthält eine ältere digitale Identität.

error-verification-already_verified = Diese Sitzung ist bereits verifiziert.
error-verification-current_session = Dies ist die Sitzung, die Sie gerade verwenden. Sie kann von einer anderen Sitzung aus oder mit dem Sicherheitsschlüssel verifiziert werden.
error-verification-no_encryption = Die gewählte Sitzung unterstützt keine Verschlüsselung und kann deshalb nicht verifiziert werden.
error-verification-no_identity = Der Heimserver zeigt keine digitale Identität dieses Kontos, deshalb kann keine Sitzung verifiziert werden.
error-verification-nobody_can_sign = Keine der beiden Sitzungen ist verifiziert. Verifizieren Sie zuerst diese mit dem Sicherheitsschlüssel oder verwenden Sie eine andere.
error-verification-nobody_to_ask = Es gibt keine andere verifizierte Sitzung. Verifizieren Sie diese mit dem Sicherheitsschlüssel oder der Sicherheitsphrase.
error-verification-not_found = Eine solche Sitzung gibt es nicht. Möglicherweise wurde sie abgemeldet.
error-verification-not_now = Die Verifizierung ist nicht (mehr) bei diesem Schritt.
error-verification-not_signed = Der Heimserver hat die Signatur nicht, deshalb ist die Sitzung nicht verifiziert. Versuchen Sie es erneut.
error-verification-other_qr_code = Dieser Code gehört zu einer anderen Verifizierung. Scannen Sie den Code, den die andere Sitzung jetzt zeigt.
error-verification-unknown_qr_code = Dies ist kein Matrix-Verifizierungscode. Scannen Sie den Code, den die andere Sitzung zeigt.

## The emoji of a verification, as the specification names them (Client-Server API, "SAS method: emoji")

emoji-0 = Hund
emoji-1 = Katze
emoji-2 = Löwe
emoji-3 = Pferd
emoji-4 = Einhorn
emoji-5 = Schwein
emoji-6 = Elefant
emoji-7 = Hase
emoji-8 = Panda
emoji-9 = Hahn
emoji-10 = Pinguin
emoji-11 = Schildkröte
emoji-12 = Fisch
emoji-13 = Oktopus
emoji-14 = Schmetterling
emoji-15 = Blume
emoji-16 = Baum
emoji-17 = Kaktus
emoji-18 = Pilz
emoji-19 = Globus
emoji-20 = Mond
emoji-21 = Wolke
emoji-22 = Feuer
emoji-23 = Banane
emoji-24 = Apfel
emoji-25 = Erdbeere
emoji-26 = Mais
emoji-27 = Pizza
emoji-28 = Kuchen
emoji-29 = Herz
emoji-30 = Lächeln
emoji-31 = Roboter
emoji-32 = Hut
emoji-33 = Brille
emoji-34 = Schraubenschlüssel
emoji-35 = Weihnachtsmann
emoji-36 = Daumen Hoch
emoji-37 = Regenschirm
emoji-38 = Sanduhr
emoji-39 = Uhr
emoji-40 = Geschenk
emoji-41 = Glühbirne
emoji-42 = Buch
emoji-43 = Bleistift
emoji-44 = Büroklammer
emoji-45 = Schere
emoji-46 = Schloss
emoji-47 = Schlüssel
emoji-48 = Hammer
emoji-49 = Telefon
emoji-50 = Flagge
emoji-51 = Zug
emoji-52 = Fahrrad
emoji-53 = Flugzeug
emoji-54 = Rakete
emoji-55 = Pokal
emoji-56 = Ball
emoji-57 = Gitarre
emoji-58 = Trompete
emoji-59 = Glocke
emoji-60 = Anker
emoji-61 = Kopfhörer
emoji-62 = Ordner
emoji-63 = Stecknadel
