# SPDX-License-Identifier: Apache-2.0
#
# What people read, in Spanish. Not yet read by a native speaker.

## Actions

action-start-reset = Restablecer
action-set-up = Configurar
action-start-recovery = Crear una nueva clave de seguridad
action-cancel = Cancelar
action-close = Cerrar
action-back = Atrás
action-retry = Intentar de nuevo
action-resume = Reanudar
action-look-again = Volver a revisar
action-confirm-saved = La he guardado
action-copy-key = Copiar
action-authorise = Confirmar
action-open-browser = Abrir la página
action-check-now = Ya he terminado allí
action-key-taken-over = La aplicación tiene la nueva clave
action-keep-old-key-storage = Conservar el almacén de claves antiguo
action-unlock = Verificar con la clave de seguridad
action-verify-by-session = Verificar con otra sesión
action-accept = Aceptar
action-decline = Rechazar
action-compare-emoji = Comparar emojis
action-show-code = Mostrar un código QR
action-scan-code = Escanear un código QR
action-they-match = Coinciden
action-they-differ = No coinciden
action-it-worked = Sí, ha funcionado
action-it-failed = No
action-verify = Verificar
action-rename = Cambiar el nombre
action-sign-out = Cerrar sesión
action-sign-out-all-others = Cerrar todas las demás sesiones
action-it-was-me = Fui yo
action-look-at-sessions = Revisar las sesiones
action-examine = Averiguar qué puede ayudar
action-lost-key = He perdido la clave de seguridad
action-log-in-again = Iniciar sesión de nuevo
action-log-out = Cerrar esta sesión
action-export-room-keys = Guardar las claves de mensajes
action-save = Guardar

## Fields

field-recovery-key = Clave de seguridad
    .hint = Doce grupos de cuatro caracteres; el primero empieza por Es
field-passphrase = Frase de seguridad
    .hint = Las palabras que elegiste
field-new-passphrase = Frase de seguridad propia
    .hint = Varias palabras sin relación entre sí. Déjalo vacío para que se cree una clave de seguridad para ti
field-retyped-key = La nueva clave de seguridad, escrita otra vez
    .hint = Para que tengas la certeza de que la has guardado
field-password = Contraseña de tu cuenta
    .hint = La que usas para iniciar sesión
field-old-key = Clave o frase de seguridad antigua
    .hint = Si la tienes, el nuevo almacén de claves recibe todo lo que contiene el antiguo
    .hint-of-new-key = Abre hoy lo que la nueva tiene que abrir
field-compromised = Es posible que otra persona tenga mi clave de seguridad o mi cuenta
    .hint = En ese caso se elimina el almacén de claves antiguo, se haya leído o no
    .hint-of-app = Entonces el antiguo almacén de claves se elimina en cuanto la aplicación haya pasado todo al nuevo
field-keep-old-key-storage = Conservar el almacén de claves antiguo
    .hint = Después, la clave de seguridad antigua lo sigue abriendo
field-turn-on-key-storage = Activar el almacén de claves
    .hint = Una sesión nueva solo puede leer tu historial si hay uno
field-session-name = Nombre de la sesión
    .hint = Las personas con las que hablas pueden verlo

## Security Key, spoken letter by letter

key-spoken-capital = { $letter } mayúscula

## What is named in several places

heading-digital-identity = Identidad digital
heading-security-key = Clave de seguridad
heading-key-storage = Almacén de claves
heading-session = Sesión
heading-only-old-key-opens = Lo que solo abre la clave antigua
heading-it-opens = Lo que abre
heading-it-does-not-open = Lo que no abre
heading-not-in-secret-storage = Lo que no está en el almacén secreto

room-keys = { $count ->
    [one] { $count } clave de mensajes
   *[other] { $count } claves de mensajes
}

progress-of = { $step }: { $done } de { $total }
list-or = { $first } o { $second }
list-next = { $first }, { $second }

## Reset: what it means

reset-begin-title = Restablecer tu identidad digital
reset-begin-intro = Esto restablece la firma cruzada de { $user }. Significa lo siguiente:
reset-set-up-title = Configurar tu identidad digital
reset-set-up-intro = La cuenta { $user } todavía no tiene una identidad digital. Esto configura una:
reset-promise = No se reemplaza nada hasta que el servidor base haya aceptado la nueva identidad digital. Hasta entonces puedes cancelar en cualquier momento.

reset-means-new-identity = Obtienes una nueva identidad digital. La antigua no se puede recuperar.
reset-means-other-sessions = { $count ->
    [one] Hay { $count } sesión más que después se tiene que verificar o cerrar.
   *[other] Hay otras { $count } sesiones que después se tienen que verificar o cerrar.
}
reset-means-verified-sessions = { $count ->
    [one] { $count } de ellas está verificada ahora y deja de estarlo.
   *[other] { $count } de ellas están verificadas ahora y dejan de estarlo.
}
reset-means-sessions-without-encryption = { $count ->
    [one] Para { $count } sesión sin cifrado no cambia nada.
   *[other] Para { $count } sesiones sin cifrado no cambia nada.
}
reset-means-contacts = { $count ->
    [one] Hay que verificar de nuevo a { $count } contacto verificado. Ese contacto ve que tu identidad ha cambiado.
   *[other] Hay que verificar de nuevo a { $count } contactos verificados. Esos contactos ven que tu identidad ha cambiado.
}
reset-means-contacts-unknown = Hay que verificar de nuevo a los contactos que has verificado. Esos contactos ven que tu identidad ha cambiado.

reset-means-first-key = Obtienes una clave de seguridad (clave de recuperación), que debes guardar en un lugar seguro.
reset-means-new-key = Obtienes una nueva clave de seguridad (clave de recuperación). La clave antigua y la frase de seguridad antigua ya no abrirán nada.
reset-means-new-key-but-some = Recibes una nueva clave de seguridad (clave de recuperación). La antigua, y la antigua frase de seguridad, solo hacen falta para lo que se indica más abajo.
reset-means-other-secrets = { $count ->
    [one] { $count } secreto de otro programa solo se puede leer con la clave de seguridad antigua, como hasta ahora.
   *[other] { $count } secretos de otros programas solo se pueden leer con la clave de seguridad antigua, como hasta ahora.
}
reset-means-other-secrets-lost = { $count ->
    [one] { $count } secreto de otro programa no se podrá volver a leer nunca.
   *[other] { $count } secretos de otros programas no se podrán volver a leer nunca.
}

reset-means-storage-off = El almacén de claves está desactivado para esta cuenta y sigue desactivado.
reset-means-storage-of-session = { $count ->
    [0] Se crea un nuevo almacén de claves.
    [one] Un nuevo almacén de claves recibe la única clave de mensajes de esta sesión.
   *[other] Un nuevo almacén de claves recibe las { $count } claves de mensajes de esta sesión.
}
reset-means-storage-of-old = { $count ->
    [one] Un nuevo almacén de claves recibe la única clave de mensajes del antiguo.
   *[other] Un nuevo almacén de claves recibe las { $count } claves de mensajes del antiguo.
}
reset-means-storage-of-both = { $lacking ->
    [one] También recibe la única clave de mensajes de esta sesión, si le falta.
   *[other] También recibe las que le falten de las { $lacking } claves de mensajes de esta sesión.
}
reset-means-history-stays = Tu historial de mensajes sigue siendo legible.
reset-means-old-storage-kept = El almacén de claves antiguo se conserva.
reset-means-old-storage-deleted = Después se elimina el almacén de claves antiguo.
reset-means-old-storage-unread = { $count ->
    [one] Esta sesión no puede leer el almacén de claves antiguo ({ $count } clave de mensajes). Se conserva, y la clave de seguridad antigua lo sigue abriendo. Si tienes esa clave, detente aquí y verifica primero esta sesión con ella: así no se queda nada atrás.
   *[other] Esta sesión no puede leer el almacén de claves antiguo ({ $count } claves de mensajes). Se conserva, y la clave de seguridad antigua lo sigue abriendo. Si tienes esa clave, detente aquí y verifica primero esta sesión con ella: así no se queda nada atrás.
}
reset-means-old-storage-lost = { $count ->
    [one] Esta sesión no puede leer el almacén de claves antiguo ({ $count } clave de mensajes), y se elimina porque es posible que otra persona tenga la clave antigua. Los mensajes que necesiten sus claves solo se podrán leer entonces donde se pueden leer ahora.
   *[other] Esta sesión no puede leer el almacén de claves antiguo ({ $count } claves de mensajes), y se elimina porque es posible que otra persona tenga la clave antigua. Los mensajes que necesiten sus claves solo se podrán leer entonces donde se pueden leer ahora.
}
reset-means-old-storage-gone = { $count ->
    [one] El antiguo almacén de claves ({ $count } clave de mensajes) se elimina porque otra persona puede tener la clave antigua. Lo que solo él contiene se pierde.
   *[other] El antiguo almacén de claves ({ $count } claves de mensajes) se elimina porque otra persona puede tener la clave antigua. Lo que solo él contiene se pierde.
}
reset-means-older-storages = { $count ->
    [one] { $count } almacén de claves más antiguo del servidor base no se puede leer desde aquí y se queda como está.
   *[other] { $count } almacenes de claves más antiguos del servidor base no se pueden leer desde aquí y se quedan como están.
}
reset-means-older-storages-deleted = { $count ->
    [one] { $count } almacén de claves más antiguo del servidor base no se puede leer desde aquí y se elimina.
   *[other] { $count } almacenes de claves más antiguos del servidor base no se pueden leer desde aquí y se eliminan.
}
reset-means-app-storage = Se crea un nuevo almacén de claves.
reset-means-app-keys = La aplicación pone allí sus propias claves de mensajes en cuanto tiene la nueva clave de seguridad.
reset-means-app-old-storage-kept = { $count ->
    [one] El almacén de claves antiguo ({ $count } clave de mensajes) se conserva.
   *[other] El almacén de claves antiguo ({ $count } claves de mensajes) se conserva.
}
reset-means-app-old-storage-unread = { $count ->
    [one] El almacén de claves antiguo ({ $count } clave de mensajes) solo se elimina si la aplicación ha puesto todo su contenido en el nuevo. De lo contrario se conserva, y la clave de seguridad antigua lo sigue abriendo. Si tienes esa clave, escríbela primero: así no se queda nada atrás.
   *[other] El almacén de claves antiguo ({ $count } claves de mensajes) solo se elimina si la aplicación ha puesto todo su contenido en el nuevo. De lo contrario se conserva, y la clave de seguridad antigua lo sigue abriendo. Si tienes esa clave, escríbela primero: así no se queda nada atrás.
}

reset-means-session-stays = Esta sesión sigue abierta, y después queda verificada.
reset-means-hand-over = Al final das la nueva clave de seguridad a la aplicación de esta sesión, como le darías cualquier clave de seguridad.
reset-means-dehydrated-device = Se elimina el dispositivo que recibe mensajes mientras no tienes conexión; las aplicaciones crean uno nuevo.

reset-smaller-new-key = Quizá no necesites un restablecimiento. Si has perdido la clave de seguridad, crea otra: esta sesión tiene las claves privadas, así que no se pierde nada y nadie tiene que verificarte de nuevo.
reset-smaller-verify = Quizá no necesites un restablecimiento. Si tienes a mano otra de tus sesiones verificadas, verifica esta con ella; después crea otra clave de seguridad, y no se pierde nada.
reset-smaller-ask = Quizá no necesites un restablecimiento. Si tienes a mano otra de tus sesiones verificadas, obtén de ella las claves privadas; después crea otra clave de seguridad.
reset-smaller-other-program = Quizá no necesites un restablecimiento. Si has perdido la clave de seguridad, el programa al que pertenece esta sesión puede crear otra mientras tenga las claves privadas, y no se pierde nada.

## Reset: under way

reset-step-fetch-old-backup = Obteniendo las claves de mensajes del almacén de claves antiguo
reset-step-export = Guardando las claves de mensajes en el archivo
reset-step-make-keys = Creando las nuevas claves
reset-step-stage = Preparando el nuevo almacén secreto junto al antiguo
reset-step-bind = Poniendo en vigor la nueva identidad digital
reset-step-back-up = Llenando el nuevo almacén de claves
reset-step-clean-up = Eliminando lo que ha quedado obsoleto
reset-working-title = Restableciendo
reset-working-safe = Todavía puedes cancelar: no se ha reemplazado nada.
reset-working-committed = La nueva identidad digital está en vigor. Si esto se interrumpe, se reanuda donde estaba.

save-key-title = Guarda tu nueva clave de seguridad
save-key-why = Es la única forma de acceder a tu historial de mensajes si pierdes todas tus sesiones. Guárdala en un gestor de contraseñas, o en papel en un lugar seguro. Nadie puede devolvértela.
save-key-then = Hasta que la hayas guardado, no se reemplaza nada.

authorise-title = Confirma que eres tú
authorise-password = El servidor base pide la contraseña de tu cuenta.
authorise-browser = El servidor base pide que confirmes esto en una página suya. Ábrela, confírmalo allí y vuelve.
authorise-either = El servidor base pide la contraseña de tu cuenta, o que confirmes esto en una página suya. Basta con una de las dos cosas.
authorise-other-account = Esa página se confirmó para otra cuenta. Cierra sesión allí y confírmalo como { $user }.
authorise-waiting = Esperando a la página. Esto continúa por sí solo cuando lo hayas confirmado allí.
authorise-reset = Después se pone en vigor la nueva identidad digital.
authorise-sign-out = Después se cierran las sesiones.

hand-over-title = Da la nueva clave de seguridad a tu aplicación
hand-over-what = La nueva identidad digital está en vigor. Ahora escribe la nueva clave de seguridad en la aplicación a la que pertenece esta sesión, como harías para verificarla. Todo lo antiguo sigue ahí.
hand-over-no-storage = Si la aplicación ofrece reparar el almacén de claves, recházalo.
hand-over-then = Cuando la aplicación tenga la clave y haya leído el nuevo almacén de claves, indícalo aquí.

reset-done-title = Tu nueva identidad digital está en vigor
reset-done-fingerprint-before = Huella digital de antes
reset-done-fingerprint-now = Huella digital de ahora
reset-done-contacts = { $count ->
    [one] Hay que verificar de nuevo a { $count } contacto.
   *[other] Hay que verificar de nuevo a { $count } contactos.
}
reset-done-contacts-unknown = Hay que verificar de nuevo a los contactos que habías verificado.
reset-done-key = La clave que has guardado lo abre todo a partir de ahora.
reset-done-old-key-keep = Si aparece la antigua, consérvala: solo ella abre el almacén de claves antiguo.
reset-done-old-key-some = Conserva también la antigua: solo ella abre almacenes de claves anteriores o secretos de otros programas.
reset-done-old-key-useless = La antigua ya no sirve. Deséchala, para que nadie las confunda.
reset-done-room-keys = { $count ->
    [one] { $count } clave de mensajes está en el nuevo almacén de claves.
   *[other] { $count } claves de mensajes están en el nuevo almacén de claves.
}
reset-done-session = Esta sesión está verificada.
reset-done-untrusted = { $count ->
    [one] Hay { $count } sesión que se tiene que verificar de nuevo o cerrar.
   *[other] Hay { $count } sesiones que se tienen que verificar de nuevo o cerrar.
}
old-storage-drained = Todas las claves de mensajes del almacén de claves antiguo están en el nuevo; el antiguo se ha eliminado.
old-storage-kept = El almacén de claves antiguo sigue en el servidor base. La clave de seguridad antigua lo abre, si algún día aparece.
old-storage-none = No había ningún almacén de claves antiguo.
old-storage-deleted = El almacén de claves antiguo se ha eliminado; lo que solo estaba en él se ha perdido.
old-storage-in-the-way = El servidor base sigue usando el almacén de claves antiguo y no acepta uno nuevo. Las claves de mensajes de esta sesión no están en ningún almacén de claves nuevo: guárdalas en un archivo.
old-storage-in-the-way-of-app = El servidor base sigue usando el almacén de claves antiguo y no acepta uno nuevo.

reset-stopped-title = El restablecimiento se ha detenido
reset-stopped-before = No se ha reemplazado nada.
reset-stopped-after = La nueva identidad digital está en vigor, y no se ha perdido nada. El restablecimiento se puede terminar en cualquier momento.
reset-cancelled-title = El restablecimiento se ha cancelado
reset-cancelled = Se ha retirado lo que el restablecimiento había añadido, y tu antigua clave de seguridad sigue en vigor. Si ya se había pedido al servidor base que aceptara la nueva identidad digital, conserva ambas claves hasta que una revisión de tu cuenta muestre cuál está en vigor.

reset-pending-title = Se ha interrumpido un restablecimiento
reset-pending-staged = No se ha reemplazado nada. Puedes reanudarlo o cancelarlo.
reset-pending-committed = Tu nueva identidad digital ya está en vigor. Reanuda el restablecimiento para terminarlo; no se pierde nada.
reset-pending-handing-over = Tu nueva identidad digital ya está en vigor. Reanuda el restablecimiento para dar la nueva clave de seguridad a tu aplicación.

## New Security Key

recovery-begin-title = Crear una nueva clave de seguridad
recovery-begin-intro = Esto crea una nueva clave de seguridad (clave de recuperación) para { $user }. Significa lo siguiente:
recovery-means-key = Obtienes una nueva. Después, la clave antigua y la frase de seguridad antigua ya no sirven.
recovery-means-identity = Se conserva. Nadie pierde la confianza: no hay que verificar de nuevo ninguna sesión ni a ningún contacto.
recovery-means-storage-stays = Se conserva, con todo su contenido.
recovery-means-storage-closed = Se conserva, pero esta sesión no tiene la clave de ese almacén, así que la nueva clave de seguridad no lo abrirá. Si tienes la clave de seguridad antigua, detente aquí y verifica primero esta sesión con ella.
recovery-promise = No se necesita ninguna contraseña. La clave antigua sigue en vigor hasta que hayas guardado la nueva; hasta entonces puedes cancelar en cualquier momento.

recovery-working-title = Creando una nueva clave de seguridad
recovery-step-make-key = Creando la nueva clave
recovery-step-stage = Escribiendo tus secretos con la nueva clave, junto a los de la antigua
recovery-step-switch = Poniendo en vigor la nueva clave
recovery-step-clean-up = Eliminando lo que está guardado con la clave antigua
recovery-working-safe = Todavía puedes cancelar: la clave antigua está en vigor.
recovery-working-committed = Esto ya no se puede cancelar. Si se interrumpe, se reanuda donde estaba.

recovery-done-title = Tu nueva clave de seguridad está en vigor
recovery-done-key = La clave que has guardado abre tu almacén secreto a partir de ahora.
recovery-done-old-key-useless = La antigua ya no sirve. Deséchala, para que nadie las confunda.
recovery-done-old-key-keep = Si aparece la antigua, consérvala: solo ella abre lo que se nombra abajo.
recovery-done-storage-closed = Esta sesión no tiene la clave de ese almacén, así que la nueva clave de seguridad no lo abre, y las nuevas claves de mensajes de esta sesión no se guardan en él.
recovery-done-identity = Como antes: las sesiones y los contactos que estaban verificados lo siguen estando.
recovery-old-opens-storage-or-earlier = El almacén de claves, o uno anterior
recovery-old-opens-earlier-storage = Un almacén de claves anterior
recovery-old-opens-dehydrated-device = El dispositivo que recibe mensajes mientras no tienes conexión
recovery-old-opens-other-program = Un secreto de otro programa ({ $name })

recovery-stopped-title = La nueva clave de seguridad no está terminada
recovery-stopped-before = La clave de seguridad antigua está en vigor.
recovery-stopped-after = La nueva clave de seguridad está en vigor, o lo estará cuando esto se reanude. Conserva las dos hasta entonces.
recovery-cancelled-title = No se ha creado ninguna clave de seguridad nueva
recovery-cancelled = Se ha retirado lo que se había añadido, y tu antigua clave de seguridad sigue en vigor. Si la nueva ya se estaba poniendo en vigor, conserva ambas hasta que una revisión de tu cuenta muestre cuál está en vigor.
recovery-pending-title = Una nueva clave de seguridad quedó sin terminar
recovery-pending-staged = La antigua está en vigor. Puedes reanudar el proceso o cancelarlo.
recovery-pending-committed = La nueva se está poniendo en vigor. Reanuda el proceso para terminarlo; no se pierde nada.

## What a key opens

check-title = Lo que abre esta clave de seguridad
check-is-default = Esta es la clave de seguridad de la cuenta, la que piden todas las aplicaciones.
check-is-not-default = Esta es una clave de esta cuenta, pero no la que piden las aplicaciones: todavía no está en vigor, o ya no lo está.
check-opens-all = Lo abre todo. Guárdala en un lugar seguro.
check-opens-all-not-default = Lo abre todo. Comprueba si hay una nueva clave de seguridad pendiente de terminar.
check-opens-some = No lo abre todo. Crea una nueva clave de seguridad en una sesión verificada que tenga las claves privadas.
check-opens-some-elsewhere = No lo abre todo. Crea una nueva clave de seguridad en el programa al que pertenece esta sesión.
secret-identity = Identidad digital
secret-master = Identidad digital: la clave principal
secret-self-signing = Identidad digital: la clave que verifica tus sesiones
secret-user-signing = Identidad digital: la clave que verifica a los contactos
secret-key-storage = Almacén de claves: tus mensajes cifrados

## Unlock: this session is verified with the Security Key or Phrase

unlock-title = Verificar esta sesión
unlock-how = Escribe tu clave de seguridad o tu frase de seguridad. Después, esta sesión queda verificada y puede leer tu historial de mensajes.
unlock-lost = Si no tienes ninguna de las dos, otra sesión verificada puede verificar esta.
unlock-working = Verificando esta sesión
unlock-done-title = Esta sesión está verificada
unlock-done-storage = Tu historial de mensajes llega del almacén de claves a medida que abres salas.
unlock-done-without-storage = El almacén de claves no se ha abierto. Es posible que los mensajes más antiguos sigan sin poder leerse aquí.

## Verification of a session by another

verify-title = Verificar una sesión
verify-waiting = Esperando a { $other }. Si te lo pide, acepta allí.
verify-requested = Has recibido una solicitud de verificación de { $other }. Acéptala solo si la has iniciado tú allí.
verify-ready = Ya ha respondido { $other }.
verify-how = Ya ha respondido { $other }. ¿Cómo quieres comparar?
verify-only-scan = Se muestra un código QR en { $other }. Escanéalo.
verify-show-code = Escanea este código con { $other }.
verify-show-code-alternative = Si no puede escanear, compara emojis en su lugar.
verify-emoji = ¿Son estos los emojis que muestra { $other }, en este orden?
verify-numbers = ¿Son estos los números que muestra { $other }, en este orden?
verify-time-limit = Las sesiones abandonan el intento tras un minuto sin respuesta.
verify-scanned = Se ha escaneado el código con { $other }. ¿Dice allí que ha funcionado?
verify-confirmed = Esperando a { $other }: confírmalo también allí.
verify-done-title = Sesión verificada
verify-done = La firma está en el servidor base.
verify-cancelled-title = Sesión no verificada
verify-stopped-title = La verificación se ha detenido
verify-the-other-session = la otra sesión

cancelled-user = La verificación se ha cancelado. Iníciala de nuevo cuando ambas partes estén listas.
cancelled-timed_out = La verificación ha tardado demasiado. Iníciala de nuevo con ambas sesiones a mano.
cancelled-mismatched_sas = Los emojis o los números no eran los mismos. Es posible que alguien esté interceptando la comunicación: comprueba que usas el servidor base correcto e inténtalo de nuevo en otra red.
cancelled-mismatched_commitment = Las claves no son las esperadas. Es posible que alguien esté interceptando la comunicación, o que esta no sea la sesión que querías: revisa la lista de sesiones antes de intentarlo de nuevo.
cancelled-key_mismatch = { cancelled-mismatched_commitment }
cancelled-user_mismatch = { cancelled-mismatched_commitment }
cancelled-accepted_elsewhere = Otra sesión ha respondido a esta solicitud. Continúa allí.
cancelled-unknown_method = Las dos sesiones no tienen ninguna forma de verificar en común. Prueba con emojis, o actualiza el otro cliente.
cancelled-unexpected_message = Las dos sesiones no se han entendido. Empieza de nuevo; si sigue ocurriendo, actualiza el otro cliente.
cancelled-invalid_message = { cancelled-unexpected_message }
cancelled-unknown_transaction = { cancelled-unexpected_message }
cancelled-invalid_qr_code = El código escaneado no era el correcto. Empieza de nuevo y escanea el código que se muestre entonces.
cancelled-another_verification = Se inició otra verificación al mismo tiempo, así que se han cancelado ambas. Inicia de nuevo una de ellas.
cancelled-session_gone = La otra sesión se ha cerrado. Vuelve a mostrar la lista de sesiones.
cancelled-other = La otra sesión ha cancelado sin un motivo que se conozca aquí. Empieza de nuevo.

## Sessions

sessions-title = Sesiones
sessions-others = { $count ->
    [0] No hay otras sesiones.
    [one] { $count } sesión más
   *[other] { $count } sesiones más
}
sessions-of-filter = { $count ->
    [0] Ninguna sesión es así.
    [one] { $count } sesión
   *[other] { $count } sesiones
}
filter-all = Todas
filter-verified = Verificadas
filter-unverified = Sin verificar
filter-inactive = Inactivas
filter-unverifiable = Sin cifrado
trust-verified = Verificada
trust-unverified = Sin verificar
trust-unverifiable = Sin cifrado
trust-unverifiable-explained = No admite el cifrado, así que no se puede verificar
session-inactive = Inactiva desde hace 90 días o más
session-current = Esta sesión

advice-unverified = { $count ->
    [one] { $count } sesión sin verificar: verifícala, o ciérrala si no la conoces.
   *[other] { $count } sesiones sin verificar: verifícalas, o cierra las que no conozcas.
}
advice-unverified-unsure = { $count ->
    [one] { $count } sesión sin verificar, hasta donde esta puede saber.
   *[other] { $count } sesiones sin verificar, hasta donde esta puede saber.
}
advice-inactive = { $count ->
    [one] { $count } sesión inactiva (90 días o más): ciérrala si no se usa.
   *[other] { $count } sesiones inactivas (90 días o más): ciérralas si no se usan.
}
advice-unlisted = { $count ->
    [one] { $count } sesión que el servidor base oculta de su lista: es un fallo suyo, o alguien lo ha provocado.
   *[other] { $count } sesiones que el servidor base oculta de su lista: es un fallo suyo, o alguien lo ha provocado.
}
session-unlisted = El servidor base muestra las claves de esta sesión, pero no la incluye en la lista de sesiones
new-login = Nuevo inicio de sesión: { $name } ({ $device }), { $ago }. ¿Fuiste tú?

session-name-public = Público: las personas con las que hablas pueden verlo
session-name-is-client = No tiene nombre; este es el que se da su cliente
session-name-is-id = No tiene nombre; este es su ID
session-id = ID de la sesión
session-verification = Verificación
session-last-activity = Última actividad
session-activity-unknown = actividad desconocida
session-ip-address = Dirección IP
session-client = Cliente
session-kind = Tipo
session-push = Notificaciones push
session-fingerprint = Huella digital
session-first-listed = Apareció aquí por primera vez
session-new-login-open = Un nuevo inicio de sesión que nadie ha reconocido
session-new-login-acknowledged = Un nuevo inicio de sesión que has reconocido
session-renamed = Cambio de nombre
session-renamed-from-to = Antes { $from }, ahora { $to }
session-no-name = sin nombre
unknown = se desconoce
kind-desktop = Escritorio
kind-mobile = Móvil
kind-web = Web
kind-unknown = desconocido
push-on = activadas
push-off = desactivadas
push-unsupported = no se pueden cambiar desde aquí

ago-now = ahora mismo
ago-minutes = { $count ->
    [one] hace { $count } minuto
   *[other] hace { $count } minutos
}
ago-hours = { $count ->
    [one] hace { $count } hora
   *[other] hace { $count } horas
}
ago-days = { $count ->
    [one] hace { $count } día
   *[other] hace { $count } días
}

rename-title = Cambiar el nombre de la sesión

sign-out-title = { $count ->
    [one] ¿Cerrar { $count } sesión?
   *[other] ¿Cerrar { $count } sesiones?
}
sign-out-trust-unknown = { $count ->
    [one] Esta sesión no está verificada, así que no puede saber si la que vas a cerrar está verificada y probablemente es tuya.
   *[other] Esta sesión no está verificada, así que no puede saber cuáles de ellas están verificadas y probablemente son tuyas.
}
sign-out-verified = { $count ->
    [one] { $count } de ellas está verificada, así que probablemente es tuya.
   *[other] { $count } de ellas están verificadas, así que probablemente son tuyas.
}
sign-out-it-is-verified = Está verificada, así que probablemente es tuya.
sign-out-seen = { $count ->
    [one] { $count } de ellas ha estado activa en las últimas 24 horas, así que alguien la usa.
   *[other] { $count } de ellas han estado activas en las últimas 24 horas, así que alguien las usa.
}
sign-out-it-was-seen = Ha estado activa en las últimas 24 horas, así que alguien la usa.
sign-out-this = Esta sesión está entre ellas: se cerrará aquí.
sign-out-last-session = No queda ninguna otra sesión que admita el cifrado: después, solo la clave de seguridad abre tus mensajes.
sign-out-unsaved-room-keys = { $count ->
    [one] { $count } clave de mensajes de esta sesión no está en ningún almacén de claves. Guárdala antes de cerrar la sesión.
   *[other] { $count } claves de mensajes de esta sesión no están en ningún almacén de claves. Guárdalas antes de cerrar la sesión.
}
sign-out-on-page = En este servidor base, las sesiones se cierran en su página de la cuenta, en un navegador.
sign-out-working = Cerrando sesión
sign-out-stopped-title = El cierre de sesiones no ha terminado
sign-out-done-title = { $count ->
    [one] Se ha cerrado { $count } sesión
   *[other] Se han cerrado { $count } sesiones
}

## Where the screens begin, and what did not work

overview-title = Seguridad de la cuenta
stopped-title = No ha funcionado

## Examination

doctor-title = Estado de tu cuenta
doctor-healthy = La seguridad de tu cuenta está en orden.
doctor-smallest-first = Lo que se nombra primero es lo más sencillo que ayuda.
doctor-more = { $count ->
    [one] además de { $count } más
   *[other] además de { $count } más
}
severity-info = Conviene saberlo
severity-warning = Advertencia
severity-critical = Importante

finding-session-unverified = Esta sesión no está verificada: las demás personas y tus otras sesiones no pueden saber que es tuya, y muchas aplicaciones se niegan a trabajar con sesiones así. Tu cuenta en sí no sufre ningún daño.
finding-session-keys_missing = Esta sesión está verificada, pero no tiene las claves privadas de tu identidad digital. Funciona, pero no puede verificar otras sesiones ni crear una nueva clave de seguridad.
finding-session-device_keys_differ = El servidor base muestra para esta sesión claves distintas de las que la sesión tiene. O bien esta sesión se restauró a partir de una copia antigua, o bien el servidor base no es honesto. Los mensajes a esta sesión no se pueden leer aquí.
finding-session-tokens_exposed = Una versión anterior dejó los tokens de acceso de esta sesión sin cifrar en este disco, y el servidor base no ofrece ninguna forma de reemplazarlos.
finding-identity-missing = Tu cuenta todavía no tiene una identidad digital, así que no se puede verificar ninguna sesión y no hay ninguna clave de seguridad.
finding-identity-gone = El servidor base ya no muestra tu identidad digital, que esta sesión conoce. Una identidad se reemplaza y nunca se elimina: o bien el servidor base se ha restaurado a un estado anterior, o bien no es honesto. Espera a ver si vuelve a aparecer antes de configurar otra.
finding-identity-invalid = La identidad digital que muestra el servidor base está dañada: sus firmas no son válidas, así que nadie puede confiar en ella.
finding-identity-replaced = Tu identidad digital es distinta de la que ha verificado esta sesión. Si la restableciste en otro dispositivo, verifica esta sesión de nuevo. Si no lo hiciste tú, lo hizo otra persona: cambia primero tu contraseña y revisa tus sesiones.
finding-secret_storage-missing = Tu cuenta no tiene almacén secreto, así que no hay ninguna clave de seguridad: si pierdes tus sesiones, tu historial y tu identidad digital se pierden con ellas.
finding-secret_storage-no_default = Hay un almacén secreto, pero no indica ninguna clave de seguridad, así que ninguna aplicación puede abrirlo. Una aplicación que empezó un restablecimiento y no lo terminó lo deja así.
finding-secret_storage-incomplete-both = Tu clave de seguridad no lo abre todo: tu identidad digital y la clave del almacén de claves no están guardadas con ella. Un nuevo inicio de sesión no las recuperaría.
finding-secret_storage-incomplete-storage = Tu clave de seguridad no lo abre todo: la clave del almacén de claves no está guardada con ella. Un nuevo inicio de sesión no la recuperaría.
finding-secret_storage-incomplete-identity = Tu clave de seguridad no lo abre todo: tu identidad digital no está guardada con ella. Un nuevo inicio de sesión no la recuperaría.
finding-secret_storage-stale = { $count ->
    [one] El almacén secreto tiene entradas de una clave antigua que ya no existe. No abren nada y no hacen ningún daño.
   *[other] El almacén secreto tiene entradas de { $count } claves antiguas que ya no existen. No abren nada y no hacen ningún daño.
}
finding-secret_storage-wrong_key = La clave o frase de seguridad que has dado no es la que piden las aplicaciones: otra ha ocupado su lugar.
finding-secret_storage-wrong_key-both = La clave o frase de seguridad que has dado no abre ni tu identidad digital ni la clave del almacén de claves. O bien no es la actual, o bien una aplicación ha escrito otra cosa allí. Un nuevo inicio de sesión no las recuperaría con ella.
finding-secret_storage-wrong_key-storage = La clave o frase de seguridad que has dado no abre la clave del almacén de claves. O bien no es la actual, o bien una aplicación ha escrito otra cosa allí. Un nuevo inicio de sesión no recuperaría la clave del almacén de claves con ella.
finding-secret_storage-wrong_key-identity = La clave o frase de seguridad que has dado no abre tu identidad digital. O bien no es la actual, o bien una aplicación ha escrito otra cosa allí. Un nuevo inicio de sesión no recuperaría tu identidad digital con ella.
finding-recovery_key-lost = Has perdido tu clave de seguridad. No se pierde nada con ella mientras una de tus sesiones esté verificada; crea una nueva antes de perder también esa sesión.
finding-backup-missing = Tus claves de mensajes no tienen copia de seguridad: una sesión nueva no puede leer tu historial y, si pierdes tus sesiones, el historial se pierde.
finding-backup-off = El almacén de claves está desactivado, así que una sesión nueva no puede leer tu historial. Si lo quieres así, no hay ningún problema.
finding-backup-key_elsewhere = Hay un almacén de claves, pero esta sesión no tiene ninguna clave para él: las claves de mensajes de esta sesión no se guardan en él.
finding-backup-behind = { $count ->
    [one] { $count } clave de mensajes de esta sesión todavía no está en el almacén de claves.
   *[other] { $count } claves de mensajes de esta sesión todavía no están en el almacén de claves.
}
finding-backup-flag_contradicts = Hay un almacén de claves, y la configuración de tu cuenta dice que no quieres ninguno. Las aplicaciones no coinciden en cuál de las dos cosas vale, y es posible que dejen de hacer copias de seguridad.
finding-backup-untrusted = Nadie en quien esta sesión confíe ha firmado el almacén de claves del servidor base. Si no es tuyo, quien lo haya creado leería lo que se ponga en él, así que esta sesión no pone nada en él.
finding-backup-old_left = { $count ->
    [one] Todavía existe un almacén de claves tuyo más antiguo. Con la clave de seguridad de entonces, lo que contiene se puede pasar al actual.
   *[other] Todavía existen { $count } versiones más antiguas de tu almacén de claves. Con la clave de seguridad de entonces, lo que contienen se puede pasar al actual.
}
finding-dehydrated-foreign = Un dispositivo que debería recibir tus mensajes mientras no tienes conexión no está firmado por tu identidad digital. Es un resto antiguo, o es de otra persona, y tú no puedes leer lo que recibe.
finding-sessions-unverified = { $count ->
    [one] { $count } de las otras sesiones no está verificada. Si es tuya, verifícala; si no la conoces, ciérrala y cambia tu contraseña.
   *[other] { $count } de las otras sesiones no están verificadas. Si son tuyas, verifícalas; si no las conoces, ciérralas y cambia tu contraseña.
}
finding-sessions-inactive = { $count ->
    [one] { $count } de las otras sesiones no ha estado activa desde hace 90 días. Lo que ya no uses se puede cerrar.
   *[other] { $count } de las otras sesiones no han estado activas desde hace 90 días. Lo que ya no uses se puede cerrar.
}
finding-sessions-keyless = { $count ->
    [one] { $count } de las otras sesiones no admite el cifrado.
   *[other] { $count } de las otras sesiones no admiten el cifrado.
}
finding-sessions-unlisted = { $count ->
    [one] El servidor base muestra las claves de { $count } sesión que no incluye en la lista de tus sesiones. Es un fallo del servidor base, o alguien oculta una sesión.
   *[other] El servidor base muestra las claves de { $count } sesiones que no incluye en la lista de tus sesiones. Es un fallo del servidor base, o alguien oculta una sesión.
}
finding-server-no_key_backup = Este servidor base no guarda ningún almacén de claves, así que una sesión nueva no puede leer tu historial. Exporta tus claves de mensajes a un archivo para conservarlas.
finding-server-no_account_data_list = Este servidor base no muestra una lista de lo que está guardado para tu cuenta. No se puede ver qué más abre una clave de seguridad antigua, así que las claves antiguas se dejan donde están, y no se puede usar una clave que no sea la actual.
finding-contacts-changed = { $count ->
    [one] { $count } contacto tiene una identidad digital distinta de la que habías verificado. Quizá la ha restablecido, o quizá otra persona se hace pasar por ese contacto. Pregúntale por otra vía, y compara emojis con ese contacto antes de confiar en esa conversación.
   *[other] { $count } contactos tienen una identidad digital distinta de la que habías verificado. Quizá la han restablecido, o quizá otra persona se hace pasar por esos contactos. Pregúntales por otra vía, y compara emojis con esos contactos antes de confiar en esas conversaciones.
}
finding-contacts-verified_lost = { $count ->
    [one] Habías verificado a { $count } contacto con tu identidad digital anterior, que ya no existe. Puedes seguir escribiéndole; si alguien ha ocupado su lugar, solo lo sabrás cuando hayas vuelto a comparar emojis con ese contacto.
   *[other] Habías verificado a { $count } contactos con tu identidad digital anterior, que ya no existe. Puedes seguir escribiéndoles; si alguien ha ocupado su lugar, solo lo sabrás cuando hayas vuelto a comparar emojis con esos contactos.
}
finding-flow-pending = Un restablecimiento o una nueva clave de seguridad se ha interrumpido y está pendiente. Hasta que se termine o se cancele, no se puede empezar nada más que cambie claves.

## What mends it

remedy-unlock = Verificar esta sesión con la clave o frase de seguridad
remedy-verify_by_session = Verificar esta sesión con otra, con emojis o un código QR
remedy-ask_other_sessions = Pedir las claves privadas a tus otras sesiones
remedy-sign_this_session = Firmar esta sesión con las claves privadas que tiene
remedy-write_secret_storage = Escribir en el almacén secreto lo que falta, con la clave de seguridad actual
remedy-new_recovery_key = Crear una nueva clave de seguridad
remedy-make_backup = Crear un almacén de claves
remedy-upload_room_keys = Subirlas
remedy-say_backup_is_wanted = Indicar que quieres el almacén de claves
remedy-recover_room_keys = Pasar lo que contiene al almacén de claves actual
remedy-remove_dehydrated_device = Eliminar ese dispositivo
remedy-look_at_sessions = Revisarlas
remedy-verify_contacts_again = Comparar emojis con esos contactos en la aplicación en la que les escribes
remedy-dismiss_contacts = Dejarlos sin verificar y no recibir más avisos sobre esto
remedy-log_in_again = Cerrar sesión y después iniciar sesión de nuevo
remedy-resume_reset = Reanudar el restablecimiento
remedy-cancel_reset = Cancelar el restablecimiento
remedy-resume_recovery = Reanudar la creación de la nueva clave de seguridad
remedy-cancel_recovery = Cancelar la creación de la nueva clave de seguridad
remedy-in_other_program = Hacerlo en el programa al que pertenece esta sesión
remedy-set_up = Configurar una identidad digital, una clave de seguridad y un almacén de claves
remedy-reset = Restablecer: una nueva identidad digital
remedy-alone = { $remedy }.
remedy-by-sessions = { $remedy } (sesiones posibles: { $sessions }).

consequence-nothing_is_lost = No se pierde nada, y nadie tiene que verificarte de nuevo.
consequence-sessions_lose_trust = { $count ->
    [0] Ninguna otra sesión tuya está verificada ahora.
    [one] { $count } de tus otras sesiones se tiene que verificar de nuevo.
   *[other] { $count } de tus otras sesiones se tienen que verificar de nuevo.
}
consequence-room_keys_uploaded = { $count ->
    [one] { $count } clave de mensajes pasa al almacén de claves.
   *[other] { $count } claves de mensajes pasan al almacén de claves.
}
consequence-room_keys_need_old_key = { $count ->
    [one] { $count } clave de mensajes del almacén de claves actual necesita la clave de seguridad antigua.
   *[other] { $count } claves de mensajes del almacén de claves actual necesitan la clave de seguridad antigua.
}
consequence-authorisation = Se necesita tu contraseña, o una autorización en el navegador.
consequence-contacts_verify_again = Las personas que te han verificado tienen que hacerlo de nuevo.
consequence-no_messages_while_offline = Hasta que una aplicación cree uno nuevo, nada recibe tus mensajes mientras no tienes conexión.

## What went wrong. Each is named after the code of the error

error-account-closed = Esta cuenta está cerrada. Restáurala primero.
error-account-paused = Esta cuenta se ha puesto en pausa. Reanúdala y vuelve a intentarlo.

error-attach-homeserver = La dirección del servidor base tiene que empezar por https://.
error-attach-id = El ID de usuario tiene la forma @alice:example.org, y el ID de dispositivo no está vacío.
error-attach-key = Una clave tiene 43 caracteres en base64, tal como la muestran otras sesiones (clave de sesión, huella digital).
error-attach-reset_pending = Aquí hay pendiente un restablecimiento o una nueva clave de seguridad, o su última solicitud todavía puede llegar, y es posible que sus nuevas claves no estén en ningún otro lugar. Termina el proceso o cancélalo primero, o abandónalo.

error-auth-browser_needed = Este servidor base pide que esto se autorice en un navegador.
error-auth-not_approved = Nadie lo ha autorizado todavía en el navegador, o la autorización ha caducado. Inténtalo de nuevo.
error-auth-unsupported = Este servidor base pide una autorización que no se admite: { $stages }.
error-auth-wrong_password = Esa contraseña es incorrecta. Inténtalo de nuevo.

error-discovery-certificate = El certificado de lo que responde allí no es válido: es posible que otro responda en su lugar. Comprueba cómo está escrita la dirección y la fecha de este dispositivo, o prueba con otra red.
error-discovery-insecure = Se ha rechazado usar HTTP simple: las contraseñas viajarían sin cifrar. Usa una dirección https://.
error-discovery-not_a_server_name = Eso no es ni un nombre de servidor como example.org ni una dirección como https://matrix.example.org.
error-discovery-not_matrix = Algo responde allí, pero no es un servidor base de Matrix. Comprueba la dirección.
error-discovery-unreachable = Nada responde allí. Comprueba cómo está escrita la dirección y la conexión.

error-export-disk_full = No queda espacio para el archivo: el disco está lleno.
error-export-empty_passphrase = La frase de contraseña está vacía.
error-export-is_folder = Esto es una carpeta, no un archivo.
error-export-no_such_folder = La carpeta del archivo no existe.
error-export-permission_denied = No está permitido escribir en este lugar.
error-export-store_failed = No se puede leer el almacén local: { $cause }.
error-export-store_version = El almacén local tiene la versión de esquema { $found }; esta versión lee la { $known }.
error-export-write_failed = No se ha podido escribir el archivo: { $cause }.

error-import-changed = El archivo ha cambiado mientras se leía.
error-import-damaged = El archivo está dañado.
error-import-disk_full = El almacén local no puede guardar las claves de mensajes: el disco está lleno.
error-import-not_a_file = Esto no es un archivo normal.
error-import-not_an_export = Esto no es un archivo de claves de mensajes exportadas.
error-import-not_found = El archivo no existe.
error-import-not_room_keys = El archivo no contiene una lista de claves de mensajes.
error-import-permission_denied = No está permitido leer este archivo.
error-import-read_failed = No se ha podido leer el archivo: { $cause }.
error-import-rounds = Este archivo pide { $asked } rondas de derivación de clave; se aceptan 1 como mínimo y { $most } como máximo.
error-import-store_failed = El almacén local ha rechazado las claves de mensajes: { $cause }.
error-import-truncated = El archivo está cortado: falta el final.
error-import-unsupported_version = El archivo tiene la versión { $found } del formato; solo se admite la versión 1.
error-import-wrong_passphrase = La frase de contraseña es incorrecta, o el archivo está dañado.

error-login-already_logged_in = Esta carpeta ya contiene una sesión de { $user }. Ciérrala primero, o elige otra carpeta.
error-login-client_refused = El servicio de cuentas del servidor base rechaza este programa ({ $code }).
error-login-denied = El inicio de sesión se canceló en el navegador. Empiézalo de nuevo si fue un error.
error-login-ended = El servicio de cuentas del servidor base terminó el inicio de sesión ({ $code }). Empiézalo de nuevo.
error-login-expired = El inicio de sesión ha caducado, o su respuesta ya se había usado. Empiézalo de nuevo.
error-login-not_begun = Aquí ningún inicio de sesión espera a un navegador. Empiézalo de nuevo.
error-login-not_offered = Este servidor base no ofrece esta forma de iniciar sesión.
error-login-other_answer = Esta respuesta pertenece a otro inicio de sesión. Termina el que se empezó aquí, o empiézalo de nuevo.
error-login-password_not_offered = Este servidor base no ofrece iniciar sesión con contraseña.
error-login-wrong_password = El nombre de usuario o la contraseña son incorrectos.

error-logout-recovery_pending = Una nueva clave de seguridad no está terminada. Reanuda el proceso o cancélalo primero.
error-logout-reset_pending = Un restablecimiento no está terminado, y sus claves están solo en esta sesión. Reanúdalo o cancélalo primero.
error-logout-reset_running = Un restablecimiento de esta cuenta está en curso. Termínalo o detenlo primero.
error-logout-still_signed_in = El servidor base dice que ha cerrado esta sesión, pero todavía la muestra en la lista. Inténtalo de nuevo.
error-logout-unsaved_room_keys = { $count ->
    [one] { $count } clave de mensajes de esta sesión no está en ningún almacén de claves y se perdería. Guárdala primero.
   *[other] { $count } claves de mensajes de esta sesión no están en ningún almacén de claves y se perderían. Guárdalas primero.
}

error-network-authority = Eso no es el certificado de una autoridad. Usa un archivo en formato PEM o DER.
error-network-proxy = Eso no es la dirección de un proxy. Usa http:// o https:// y su nombre; el usuario y la contraseña se indican aparte.
error-network-user_agent = Eso no se puede enviar como agente de usuario. Usa un texto corto en caracteres ASCII.
error-push-unsupported = Las notificaciones push de esa sesión no se pueden cambiar desde aquí.

error-recovery-already_committed = La nueva clave de seguridad ya se está poniendo en vigor, así que no se puede cancelar. Reanuda el proceso para terminarlo.
error-recovery-already_running = Un restablecimiento o una nueva clave de seguridad de esta cuenta ya está en curso.
error-recovery-empty_passphrase = La frase de seguridad está vacía.
error-recovery-identity_gone = El servidor base ya no muestra tu identidad digital, así que la nueva clave de seguridad no se puede terminar. Inténtalo de nuevo más tarde. Si el servidor base se ha restaurado a un estado anterior, exporta tus claves de mensajes, cierra sesión, inicia sesión de nuevo y configura una nueva identidad.
error-recovery-key_mismatch = Esa no es la clave de seguridad que se mostró. Compruébala y escríbela de nuevo.
error-recovery-keys_missing = Esta sesión no tiene las claves privadas. Usa una sesión que las tenga, o verifica esta con una sesión así.
error-recovery-not_kept = El servidor base no ha conservado la nueva clave de seguridad. Reanuda el proceso para intentarlo de nuevo.
error-recovery-not_undone = El servidor base no ha deshecho lo que se escribió con la nueva clave de seguridad. Cancela de nuevo.
error-recovery-not_verified = Esta sesión no está verificada. Verifícala primero, con la clave de seguridad o con otra sesión.
error-recovery-nothing_pending = No hay ninguna nueva clave de seguridad pendiente.
error-recovery-out_of_order = La creación de la nueva clave de seguridad está esperando otra cosa.
error-recovery-outdated_secret_storage = El almacén secreto no contiene la identidad digital de esta cuenta.
error-recovery-pending = Hay una nueva clave de seguridad pendiente de terminar. Reanuda el proceso o cancélalo primero.
error-recovery-reset_pending = Hay un restablecimiento pendiente de terminar. Reanúdalo o cancélalo primero.
error-recovery-staging_not_kept = El servidor base no ha conservado lo que se escribió con la nueva clave de seguridad. No se ha reemplazado nada. Inténtalo de nuevo.
error-recovery-superseded = Otro cliente ha cambiado entretanto el almacén secreto de esta cuenta. No se ha perdido nada; empieza de nuevo si todavía necesitas una nueva clave de seguridad.
error-recovery-unknown_journal = La nueva clave de seguridad se empezó con otra versión de Keyward. Usa esa versión para terminarla.
error-recovery-weak_passphrase = La frase de seguridad es demasiado fácil de adivinar. Usa varias palabras sin relación entre sí.

error-rename-not_found = Esa sesión ya no existe: se ha cerrado entretanto.
error-rename-too_long = El nombre de una sesión tiene { $most } caracteres como máximo.

error-repair-already_running = Ya está en curso otra cosa que cambia claves. Espera a que haya terminado.
error-repair-backup_is_there = Hay un almacén de claves que está en orden. Ábrelo con la clave de seguridad en lugar de crear otro.
error-repair-changed = La cuenta ha cambiado entretanto. Vuelve a revisarla.
error-repair-keys_missing = Esta sesión no tiene las claves que esto necesita. Pídelas a otra sesión, o verifica esta con una sesión que las tenga.
error-repair-no_backup = No hay ningún almacén de claves que esta sesión use. Crea uno, o ábrelo con la clave de seguridad.
error-repair-no_secret_storage = El almacén secreto no indica ninguna clave de seguridad. Crea primero una nueva.
error-repair-nobody_answered = Ninguna otra sesión ha enviado todavía las claves. Abre una de tus sesiones verificadas, déjala abierta e inténtalo de nuevo.
error-repair-not_kept = El servidor base no ha conservado lo que se escribió. Inténtalo de nuevo.
error-repair-not_verified = { error-recovery-not_verified }
error-repair-opens_no_backup = Esa clave de seguridad no abre ningún almacén de claves más antiguo.
error-repair-pending = Hay un restablecimiento o una nueva clave de seguridad pendiente de terminar. Reanuda el proceso o cancélalo primero.
error-repair-would_lose = El almacén secreto tiene la clave de otro almacén de claves, que se sobrescribiría. Crea primero una nueva clave de seguridad.

error-reset-already_committed = La nueva identidad digital ya está en vigor, así que el restablecimiento no se puede cancelar. Reanúdalo para terminarlo.
error-reset-already_running = Un restablecimiento de esta cuenta ya está en curso.
error-reset-backup_replaced = Otro cliente reemplaza una y otra vez el almacén de claves. Reanuda el restablecimiento más tarde.
error-reset-empty_passphrase = { error-recovery-empty_passphrase }
error-reset-finished_elsewhere = Este restablecimiento ya se había terminado, y desde entonces se ha creado una clave de seguridad más nueva. Esa es la que está en vigor.
error-reset-host_device = El servidor base no muestra las claves propias de esta sesión. Si su aplicación acaba de iniciar sesión, espera un momento e inténtalo de nuevo. De lo contrario, no confíes en este servidor base.
error-reset-key_mismatch = { error-recovery-key_mismatch }
error-reset-no_room_keys = Las claves de mensajes de esta sesión las guarda su propia aplicación. Expórtalas allí.
error-reset-not_accepted = El servidor base dice que ha aceptado la nueva identidad digital, pero todavía muestra la antigua. Inténtalo de nuevo.
error-reset-not_deleted = El servidor base todavía tiene algo que la clave de seguridad antigua abre. Reanuda el restablecimiento para intentarlo de nuevo.
error-reset-not_kept = El servidor base no ha conservado lo que se escribió. Reanuda el restablecimiento para intentarlo de nuevo.
error-reset-not_signed = El servidor base no ha aceptado la firma de esta sesión. Reanuda el restablecimiento para intentarlo de nuevo.
error-reset-not_taken_over = El nuevo almacén de claves todavía no contiene todo lo que contiene el antiguo. Da a la aplicación algo de tiempo con la nueva clave de seguridad, o conserva el almacén de claves antiguo.
error-reset-not_undone = El servidor base no ha deshecho lo que el restablecimiento había añadido. Cancela de nuevo.
error-reset-nothing_pending = No hay ningún restablecimiento pendiente.
error-reset-other_pending = { error-recovery-pending }
error-reset-out_of_order = El restablecimiento está esperando otra cosa.
error-reset-pending = { error-recovery-reset_pending }
error-reset-plan_outdated = La cuenta ha cambiado desde que se mostraron las consecuencias. Vuelve a revisarlas.
error-reset-staging_not_kept = El servidor base no ha conservado el nuevo almacén secreto. No se ha reemplazado nada. Inténtalo de nuevo.
error-reset-superseded = Otro cliente ha restablecido esta cuenta entretanto. Cancela este restablecimiento; empieza de nuevo si todavía lo necesitas.
error-reset-unknown_journal = El restablecimiento interrumpido se empezó con otra versión de Keyward. Usa esa versión para terminarlo.
error-reset-weak_passphrase = { error-recovery-weak_passphrase }

error-secret_storage-damaged_secret = Un secreto guardado está dañado.
error-secret_storage-key_not_described = El almacén secreto está roto: su clave no se describe en ningún lugar.
error-secret_storage-mistyped_key = Eso no es una clave de seguridad: un carácter es incorrecto o falta. Compruébala y escríbela de nuevo.
error-secret_storage-no_passphrase = Esta cuenta no tiene frase de seguridad. Usa la clave de seguridad.
error-secret_storage-not_set_up = Esta cuenta no tiene ningún almacén secreto que una clave de seguridad pueda abrir.
error-secret_storage-unsupported = El almacén secreto pide algo que esta versión rechaza ({ $what }).
error-secret_storage-wrong_key = La clave o frase de seguridad no es la de esta cuenta.

error-server-certificate = El certificado del servidor base no es válido, así que no se le ha enviado nada: es posible que otro responda en su lugar. Comprueba la fecha de este dispositivo, o prueba con otra red.
error-server-failing = El servidor base tiene un problema propio (HTTP { $status }). Inténtalo de nuevo más tarde.
error-server-not_understood = La respuesta del servidor base no tiene sentido. ¿Es un servidor base de Matrix, y no hay nada en medio?
error-server-other_session = El token de acceso pertenece a una sesión distinta de la que está vinculada.
error-server-rate_limited = { $seconds ->
    [0] El servidor base pide esperar.
    [one] El servidor base pide esperar { $seconds } segundo.
   *[other] El servidor base pide esperar { $seconds } segundos.
}
error-server-refused = El servidor base ha rechazado la solicitud ({ $code }, HTTP { $status }).
error-server-session_expired = Esta sesión se ha cerrado. Inicia sesión de nuevo.
error-server-token_expired = No hay ningún token de acceso que el servidor base acepte. Inténtalo de nuevo cuando la aplicación tenga uno nuevo.
error-server-unreachable = No se puede contactar con el servidor base. Comprueba la conexión e inténtalo de nuevo.

error-sign_out-account_management = En este servidor base, las sesiones se cierran en su página de la cuenta, en un navegador.
error-sign_out-current_session = Esta sesión es una de ellas. Para cerrarla, usa la opción de cerrar sesión (logout).
error-sign_out-not_verified = Esta sesión no está verificada, así que no puede saber cuáles de las otras lo están. Verifícala primero.
error-sign_out-still_there = { $count ->
    [one] El servidor base dice que las ha cerrado, pero { $count } de ellas sigue abierta. Inténtalo de nuevo.
   *[other] El servidor base dice que las ha cerrado, pero { $count } de ellas siguen abiertas. Inténtalo de nuevo.
}

error-store-damaged = El almacén local está dañado: falta un archivo o está roto. Restáuralo, o muévelo a otro lugar e inicia sesión de nuevo.
error-store-failed = El almacén local no se puede leer o no se puede escribir. Comprueba el espacio libre y los permisos del disco, y después inténtalo de nuevo.
error-store-in_use = Otro programa está usando este almacén local. Cierra ese programa e inténtalo de nuevo.
error-store-newer_version = El almacén local lo escribió una versión más nueva de Keyward. Usa esa versión.
error-store-not_logged_in = Nadie ha iniciado sesión aquí. Inicia sesión primero.
error-store-other_account = Los archivos de esta carpeta pertenecen a inicios de sesión distintos. Restaura los que van juntos.
error-store-other_user = La carpeta del almacén local pertenece a otro usuario de esta máquina, o algo en ella es un enlace o una tubería en lugar de un archivo. Usa una carpeta propia.
error-store-wrong_key = La clave no abre el almacén local. Pertenece a otro almacén local, o la clave se ha reemplazado.

error-store_key-wrong_length = Una clave del almacén local tiene 32 bytes.

error-texts-no_such_argument = El texto { $id } no recibe ningún argumento { $argument }.
error-texts-syntax = Los textos no tienen la forma de Fluent: { $reason }.
error-texts-unknown = No hay ningún texto con el nombre { $id }.
error-texts-unusable = El texto { $id } remite a algo que no existe.

error-unlock-incomplete_secret_storage = { error-recovery-outdated_secret_storage }
error-unlock-not_signed = El servidor base no ha aceptado la firma de esta sesión. Inténtalo de nuevo.
error-unlock-outdated_secret_storage = El almacén secreto contiene una identidad digital más antigua.

error-verification-already_verified = Esta sesión ya está verificada.
error-verification-current_session = Esta es la sesión que estás usando. Se puede verificar desde otra sesión, o con la clave de seguridad.
error-verification-no_encryption = Esa sesión no admite el cifrado, así que no se puede verificar.
error-verification-no_identity = El servidor base no muestra ninguna identidad digital de esta cuenta, así que no se puede verificar ninguna sesión.
error-verification-nobody_can_sign = Ninguna de las dos sesiones está verificada. Verifica primero esta con la clave de seguridad, o usa otra.
error-verification-nobody_to_ask = No hay ninguna otra sesión verificada. Verifica esta con la clave de seguridad o la frase de seguridad.
error-verification-not_found = No existe esa sesión. Es posible que se haya cerrado.
error-verification-not_now = La verificación no está en este paso, o ya no lo está.
error-verification-not_signed = El servidor base no tiene la firma, así que la sesión no está verificada. Inténtalo de nuevo.
error-verification-other_qr_code = Este código pertenece a otra verificación. Escanea el que muestra ahora la otra sesión.
error-verification-unknown_qr_code = Esto no es un código de verificación de Matrix. Escanea el que muestra la otra sesión.

## The emoji of a verification, as the specification names them (Client-Server API, "SAS method: emoji")

emoji-0 = Perro
emoji-1 = Gato
emoji-2 = León
emoji-3 = Caballo
emoji-4 = Unicornio
emoji-5 = Cerdo
emoji-6 = Elefante
emoji-7 = Conejo
emoji-8 = Panda
emoji-9 = Gallo
emoji-10 = Pingüino
emoji-11 = Tortuga
emoji-12 = Pez
emoji-13 = Pulpo
emoji-14 = Mariposa
emoji-15 = Flor
emoji-16 = Árbol
emoji-17 = Cactus
emoji-18 = Seta
emoji-19 = Globo
emoji-20 = Luna
emoji-21 = Nube
emoji-22 = Fuego
emoji-23 = Plátano
emoji-24 = Manzana
emoji-25 = Fresa
emoji-26 = Maíz
emoji-27 = Pizza
emoji-28 = Tarta
emoji-29 = Corazón
emoji-30 = Emoticono
emoji-31 = Robot
emoji-32 = Sombrero
emoji-33 = Gafas
emoji-34 = Llave inglesa
emoji-35 = Papá Noel
emoji-36 = Pulgar arriba
emoji-37 = Paraguas
emoji-38 = Reloj de arena
emoji-39 = Reloj
emoji-40 = Regalo
emoji-41 = Bombilla
emoji-42 = Libro
emoji-43 = Lápiz
emoji-44 = Clip
emoji-45 = Tijeras
emoji-46 = Candado
emoji-47 = Llave
emoji-48 = Martillo
emoji-49 = Teléfono
emoji-50 = Bandera
emoji-51 = Tren
emoji-52 = Bicicleta
emoji-53 = Avión
emoji-54 = Cohete
emoji-55 = Trofeo
emoji-56 = Bola
emoji-57 = Guitarra
emoji-58 = Trompeta
emoji-59 = Campana
emoji-60 = Ancla
emoji-61 = Cascos
emoji-62 = Carpeta
emoji-63 = Alfiler
