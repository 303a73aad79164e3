# SPDX-License-Identifier: Apache-2.0
#
# What the terminal app itself says, in Spanish. Not yet read by a native speaker.

## What several commands say

cancelled = Cancelado.
cancelled-input-ended = Cancelado: la entrada ha terminado.
nothing-was-changed = No se ha cambiado nada.
try-again = ¿Intentarlo de nuevo?
go-on = ¿Continuar?
error = Error:
not-up-to-date = No está al día: { $trouble }
asking-homeserver = Preguntando al servidor base
looking-at-account = Revisando la cuenta
ask-password = Contraseña de la cuenta:
ask-access-token = Token de acceso:
open-old-storage = ¿Qué abre el almacén de claves antiguo?
one-of-your-other-sessions = una de tus otras sesiones
impossible-time = en un momento imposible

## Questions

answer-yes = sí
answer-no = no
answer-default-yes = S/n
answer-default-no = s/N
answer-yes-or-no = Responde sí o no.
answer-all = todas
ask-secret = { $question } (no se muestra)
secret-hidden = (oculto)
secret-empty = No puede estar vacío.
secret-differs = Las dos no son iguales. Escribe ambas otra vez.
choose-keys = las flechas mueven, Intro elige
choose-number = Un número del 1 al { $last }:
choose-number-wrong = Ese no es ninguno de los números.
choose-any-keys = las flechas mueven, Espacio elige, derecha elige todo, izquierda nada, Intro continúa
choose-any-numbers = Números separados por comas, `{ $all }`, o nada:
choose-any-wrong = Esa no es una lista de los números.
chosen = { $count ->
    [one] { $count } elegida
   *[other] { $count } elegidas
}

## Progress

step-of = Paso { $number } de { $total }: { $step }
progress-of = { $done } de { $total }
progress-done = hecho
progress-done-with = { $what } … hecho

## The new Security Key

key-saved-word = guardada
key-title = Tu nueva clave de seguridad (clave de recuperación)
key-label = Tu nueva clave de seguridad (clave de recuperación):
key-advice = Guárdala ahora: en un gestor de contraseñas, o en papel en un lugar seguro. Abre tus mensajes cifrados y verifica tus sesiones cuando no queda nada más. No se vuelve a mostrar.
key-type-again = Escribe la clave otra vez, o `{ $saved }`:
key-type-whole = Escribe la clave completa, o `{ $saved }` si ya lo está.
key-group-differs = Esa no es la clave: el grupo { $group } de { $total } es distinto. Revísala y escríbela otra vez.
key-too-long = Eso es más que la clave. Revísala y escríbela otra vez.
key-is-saved = La clave está guardada.
key-source = ¿Qué debe abrir tu almacén secreto?
key-source-generated = Una clave de seguridad creada para ti (recomendado)
key-source-phrase = Una frase de seguridad propia
key-phrase-hint = Varias palabras sin relación entre sí son fáciles de recordar y difíciles de adivinar. No uses la contraseña de tu cuenta.
key-phrase-new = Nueva frase de seguridad:
key-phrase-again = La misma frase otra vez:
key-phrase-opens-the-same = Tu frase de seguridad abre lo mismo; la clave es para el día en que la hayas olvidado.

## The present Security Key or Phrase

ask-key-kind = Clave de seguridad (48 caracteres, Es…)
ask-phrase-kind = Frase de seguridad
ask-key = Clave de seguridad:
ask-phrase = Frase de seguridad:

## A browser

browser-how = ¿Cómo quieres confirmar que eres tú?
browser-by-password = Con la contraseña de la cuenta
browser-by-browser = En un navegador
browser-page = { $what }:
browser-page-or-scan = { $what }, o escanea este código con un teléfono:
browser-other-account = Eso se hizo con otra cuenta. Abre la página otra vez y hazlo como { $user }
browser-enter-code = { $minutes ->
    [one] Abre esta página en un navegador, en este dispositivo o en otro, e introduce allí el código en { $minutes } minuto
   *[other] Abre esta página en un navegador, en este dispositivo o en otro, e introduce allí el código en { $minutes } minutos
}
browser-code = Código: { $code }
browser-waiting = Esperando al navegador
browser-waiting-with-keys = Esperando al navegador; Intro mira ahora, Ctrl-C lo detiene

## The key of the local store

store-key-missing = Falta la clave del almacén local: no la tienen ni el llavero del sistema ni el archivo store.key. Vuelve a ponerla, o mueve la carpeta e inicia sesión de nuevo.
store-key-missing-without-keyring = Falta la clave del almacén local: no hay ningún archivo store.key. Si la tiene el llavero del sistema, ejecuta el comando sin --no-keyring ni KEYWARD_NO_KEYRING.
store-key-keyring = La clave del almacén local debería estar en el llavero del sistema, que no se puede usar ({ $cause }). Desbloquéalo o inicia sesión en el escritorio, e inténtalo de nuevo.
store-key-damaged-entry = La entrada del llavero del sistema no es la clave de un almacén. Restáurala desde una copia de seguridad.
store-key-damaged-file = El archivo store.key no es la clave de un almacén. Restáuralo desde una copia de seguridad.
store-key-folder-unwritable = No se puede escribir en la carpeta del almacén: { $cause }.
store-key-unwritable = No se puede escribir el archivo store.key: { $cause }.
store-key-unreadable = No se puede leer el archivo store.key: { $cause }.
store-key-left = No se puede eliminar el archivo store.key: { $cause }.
store-key-permissions = Otros usuarios de este equipo pueden leer la clave del almacén (modo { $mode }), así que no se usa. Si confías en ella, ejecuta `chmod 600 { $file }` e inténtalo de nuevo.
keyring-silent = no responde
keyring-locked = no responde, o espera a que se desbloquee
keyring-failed = la consulta ha fallado
keyring-no-access = sin acceso: { $cause }
keyring-several-entries = tiene varias entradas para este almacén
keyring-broken = no funciona

## After an error: what to run next

result-unwritable = No se puede escribir el resultado: { $cause }.
next-page = La página del servidor base para ello: { $pages }
next-doctor = `keyward doctor` averigua qué es lo más sencillo que ayuda.
next-session-expired = Las claves de mensajes siguen aquí: `keyward keys export FILE` las guarda, y después `keyward logout` elimina los archivos de esta sesión.
next-not-logged-in = Eso lo hace `keyward login --homeserver URL`.
next-not-offered = Sin opciones, `keyward login` averigua lo que ofrece, y pregunta.
next-already-logged-in = `keyward logout` cierra la sesión, `--data-dir DIR` elige otra carpeta.
next-sign-out-this = `keyward logout` cierra esta sesión.
next-sign-out-not-verified = Eso lo hace `keyward unlock`; o nombra las sesiones por su ID.
next-unlock = Eso lo hace `keyward unlock`.
next-unsaved-room-keys = Eso lo hace `keyward keys export FILE`; `keyward logout --discard-keys` renuncia a ellas.
next-logout-reset-pending = `keyward reset --resume` o `--cancel`; `keyward logout --discard-keys` renuncia a uno cancelado.
next-logout-recovery-pending = `keyward recovery new --resume` o `--cancel`; `keyward logout --discard-keys` renuncia a ella, y la clave que está en vigor sigue estándolo.
next-recovery-pending = `keyward recovery new --resume` la reanuda; `keyward recovery new --cancel` la deshace, salvo que la nueva clave esté en vigor.
next-reset-pending = `keyward reset --resume` lo reanuda; `keyward reset --cancel` lo deshace, salvo que la nueva identidad digital esté en vigor.
next-reset-none = `keyward reset` inicia uno.
next-reset-resume = Eso lo hace `keyward reset --resume`.
next-reset-leftovers = `keyward reset --cancel` elimina lo que queda de él.
next-verify = Eso lo hace `keyward unlock` o `keyward sessions verify`.
next-fetch-keys = `keyward unlock` las obtiene con la clave o la frase de seguridad, `keyward sessions verify` de una sesión verificada.
next-ask-for-keys = `keyward doctor --fix session.keys_missing` las pide.
next-repair-pending = `keyward doctor` lo nombra.
next-unlock-opens = `keyward unlock` lo abre.
next-new-key = Eso lo hace `keyward recovery new`.
next-new-key-none = `keyward recovery new` crea una.
next-new-key-resume = Eso lo hace `keyward recovery new --resume`.
next-check-key = `keyward recovery check` dice lo que abre una clave.

## keyward attach, keyward detach

attach-of-other-program = La sesión de aquí es de otro programa: hazlo en ese programa. `keyward status`, `keyward doctor`, `keyward sessions`, `keyward reset` y `keyward recovery` funcionan para ella, y `keyward detach` pone fin a eso.
attach-cancelled = Cancelado. No se ha vinculado nada.
attach-another-here = Aquí está vinculada otra sesión; `keyward detach` pone fin a eso.
attach-rest-of-login = En esta carpeta está el resto de un inicio de sesión. Usa otra carpeta (--data-dir) para una sesión de otro programa.
attach-no-device-key = El servidor base no muestra ninguna clave de esa sesión: no admite el cifrado, así que ninguna identidad puede firmarla.
attach-shown-key = El servidor base muestra esta clave para la sesión { $device }:
attach-where-shown = El otro programa muestra su propia clave en sus ajustes (clave de sesión, huella digital).
attach-is-it-the-same = ¿Es la misma?
detach-nothing-here = Aquí no hay nada vinculado.
detach-done = Desvinculado. La sesión del otro programa está como estaba.
detach-pending = `keyward status` dice cómo está; --discard-reset renuncia a sus claves.

## keyward login

login-attached-here = Esta carpeta está vinculada a una sesión de otro programa. Usa otra carpeta (--data-dir), o ejecuta `keyward detach`.
login-homeserver = Servidor base:
login-user = Nombre de usuario:
login-finding-homeserver = Buscando el servidor base
login-wrong-password = El nombre de usuario o la contraseña es incorrecta. Inténtalo de nuevo, o pulsa Ctrl-C para detenerte.
login-working = Iniciando sesión
login-how = ¿Cómo quieres iniciar sesión?
login-by-password = Con la contraseña de tu cuenta
login-by-browser = En un navegador de este dispositivo
login-by-code = En un navegador de otro dispositivo, con un código
login-by-provider = En un navegador de este dispositivo, a través de { $provider }
login-by-sso = En un navegador de este dispositivo, con inicio de sesión único
login-none-known = No ofrece ninguna que esta versión conozca; ¿hay una más reciente?
login-open-page = Abre esta página en un navegador de este dispositivo e inicia sesión allí
login-waiting-browser = Esperando al navegador; Ctrl-C lo detiene
login-waiting-code = Esperando el código; Ctrl-C lo detiene
login-page-done = Keyward tiene la respuesta. Puedes cerrar esta página y volver al terminal.
login-page-nothing = Aquí no hay nada.
login-completing = Completando la sesión
login-done = Has iniciado sesión como { $user }, sesión { $device }.

## keyward status

status-account = Cuenta
status-homeserver = Servidor base
status-session = Sesión
status-identity = Identidad digital
status-secret-storage = Almacén secreto
status-key-storage = Almacén de claves
status-room-keys = Claves de mensajes
status-reset = Restablecimiento
status-new-key = Nueva clave de seguridad
status-session-verified = { $device }, verificada
status-session-unverified = { $device }, sin verificar
status-session-verified-other-program = { $device }, verificada, de otro programa
status-session-unverified-other-program = { $device }, sin verificar, de otro programa
status-identity-with-keys = de confianza, y esta sesión tiene sus claves
status-identity-without-keys = de confianza, pero esta sesión no tiene sus claves
status-identity-not-trusted = existe, pero esta sesión todavía no confía en ella
status-identity-replaced = distinta de la que ha verificado esta sesión
status-identity-none = sin configurar
status-identity-attached-trusted = esta sesión confía en ella
status-identity-attached-not-trusted = existe, pero nada muestra que esta sesión confíe en ella
status-identity-attached-replaced = distinta de aquella en la que ha confiado esta sesión
status-secret-storage-ready = listo
status-secret-storage-incomplete = incompleto
status-secret-storage-none = sin configurar
status-key-storage-on = activado, y esta sesión lo usa
status-key-storage-no-key = existe, pero esta sesión no tiene su clave
status-key-storage-untrusted = existe, pero no lo ha firmado nadie en quien confíe esta sesión
status-key-storage-off = desactivado
status-key-storage-attached-signed = existe, firmado por la identidad o por esta sesión
status-key-storage-attached-untrusted = existe, pero no lo han firmado ni la identidad ni esta sesión
status-room-keys-here = { $count } en esta sesión
status-reset-none = no hay ninguno pendiente
status-reset-staged = interrumpido; la nueva identidad digital no está en vigor
status-reset-committed = sin terminar; la nueva identidad digital está en vigor
status-reset-handing-over = espera a que la aplicación tenga la nueva clave de seguridad
status-new-key-staged = interrumpida; la antigua está en vigor
status-new-key-committed = sin terminar; es posible que ya esté en vigor
status-in-order = Todo está en orden.
status-in-order-attached = Todo lo que se ve desde aquí está en orden. Lo que tiene el otro programa está en sus propios ajustes.
status-next-reset-staged = Hay un restablecimiento interrumpido pendiente, y la nueva identidad digital no está en vigor: `keyward reset --resume` reanuda el restablecimiento, `keyward reset --cancel` lo deshace.
status-next-reset-handing-over = Un restablecimiento está casi terminado: da la nueva clave de seguridad a la aplicación de esta sesión, y después `keyward reset --handed-over`. `keyward reset --resume` muestra la clave otra vez.
status-next-reset-committed = Hay un restablecimiento pendiente de terminar: eso lo hace `keyward reset --resume`. Ya no se puede deshacer.
status-next-new-key-staged = Hay una nueva clave de seguridad pendiente, y la antigua está en vigor: `keyward recovery new --resume` la reanuda, `keyward recovery new --cancel` la deshace.
status-next-new-key-committed = Hay una nueva clave de seguridad pendiente de terminar: eso lo hace `keyward recovery new --resume`. Es posible que ya esté en vigor, y ya no se puede deshacer.
status-more = { $count ->
    [one] `keyward doctor` nombra { $count } cosa más.
   *[other] `keyward doctor` nombra { $count } cosas más.
}

## keyward unlock

unlock-with-what = ¿Con qué quieres verificar esta sesión?
unlock-opening = Abriendo el almacén secreto
unlock-done = Esta sesión está verificada. Puede leer y escribir el almacén de claves.
unlock-done-without-storage = Esta sesión está verificada. No hay ningún almacén de claves que pueda leer.

## keyward doctor

doctor-examining = Examinando la cuenta
doctor-which-key = ¿Qué tienes?
doctor-fix-them = Lo que se nombra primero es lo más sencillo que ayuda. `keyward doctor --fix` lo recorre contigo.
doctor-what-to-do = ¿Qué quieres hacer?
doctor-leave-it = Dejarlo como está
doctor-cancelled = Cancelado. No se pierde nada; `keyward doctor` muestra cómo está.
doctor-done-in-app = Eso se hace en la aplicación en la que les escribes.
doctor-done-in-program = Eso se hace en el programa al que pertenece esta sesión.
doctor-opens-secret-storage = ¿Qué abre el almacén secreto?
doctor-open-other-session = Abre ahora otra de tus sesiones verificadas, y déjala abierta hasta que hayan llegado las claves.
doctor-waiting-for-keys = Esperando las claves
doctor-writing = Escribiendo el almacén secreto
doctor-filling = Llenando el almacén de claves

## keyward keys

keys-saved = { $count ->
    [one] { $count } clave de mensajes guardada en { $file }.
   *[other] { $count } claves de mensajes guardadas en { $file }.
}
keys-opened-old-storage = ¿Qué abría el almacén de claves antiguo?
keys-had-all = Esta sesión ya tenía todo lo que contiene.
keys-recovered = { $count ->
    [one] { $count } clave de mensajes recuperada.
   *[other] { $count } claves de mensajes recuperadas.
}
keys-fetching = Obteniendo las claves de mensajes
keys-saving = Guardando las claves de mensajes
keys-reading = Leyendo las claves de mensajes
keys-file = Archivo:
keys-replace = { $file } ya existe. ¿Reemplazarlo?
keys-not-replaced = Cancelado. El archivo está como estaba.
keys-no-folder = La carpeta del archivo no existe.
keys-is-folder = Eso es una carpeta. Nombra un archivo dentro de ella.
keys-new-passphrase = Frase de contraseña para el archivo:
keys-same-passphrase = La misma frase de contraseña otra vez:
keys-passphrase = Frase de contraseña del archivo:
keys-imported = { $count ->
    [one] { $count } clave de mensajes importada.
   *[other] { $count } claves de mensajes importadas.
}
keys-known = { $count ->
    [one] { $count } más ya estaba aquí.
   *[other] { $count } más ya estaban aquí.
}
keys-malformed = { $count ->
    [one] { $count } entrada del archivo no se ha podido usar.
   *[other] { $count } entradas del archivo no se han podido usar.
}

## keyward logout

logout-working = Cerrando sesión
logout-done = Sesión cerrada. Los archivos locales se han eliminado.
logout-unsaved = { $count ->
    [one] { $count } clave de mensajes de esta sesión no está en ningún almacén de claves. Sin ella, los mensajes a los que pertenece no se podrán volver a leer nunca.
   *[other] { $count } claves de mensajes de esta sesión no están en ningún almacén de claves. Sin ellas, los mensajes a los que pertenecen no se podrán volver a leer nunca.
}
logout-what-about-them = ¿Qué hay que hacer con ellas?
logout-save = Guardarlas antes en un archivo
logout-let-go = Renunciar a ellas
logout-stay = Seguir con la sesión abierta
logout-cancelled = Cancelado. La sesión sigue abierta.

## keyward reset

reset-looking-for-smaller = Buscando algo más sencillo
reset-opening-old-storage = Abriendo el almacén de claves antiguo
reset-key-opens-no-storage = Esa es la clave de seguridad de la cuenta, pero no abre el almacén de claves. Omítela, y el almacén de claves antiguo se conserva salvo que la aplicación lo tenga todo.
reset-old-key-helps = Con la clave o la frase de seguridad antigua, el nuevo almacén de claves recibe todo lo que contiene el antiguo.
reset-have-old-key = ¿Tienes la antigua?
reset-right-key-opens-nothing = Es la correcta, pero no abre el almacén de claves antiguo.
reset-hint-turn-on = --turn-on-key-storage activa el almacén de claves.
reset-hint-unlock = `keyward unlock` verifica esta sesión con la clave de seguridad antigua.
reset-hint-export = `keyward keys export FILE` guarda las claves de mensajes de esta sesión.
reset-smaller-command = { $text } El comando: `{ $command }`.
reset-smaller-commands = { $text } El comando: `{ $first }`, y después `{ $then }`.
reset-export-hint = El restablecimiento conserva tus claves de mensajes. Un archivo cifrado sería una copia más de ellas.
reset-export = ¿Guardarlas antes en un archivo?
reset-not-in-force = Tu nueva identidad digital no está en vigor: Ctrl-C lo deshace todo.
reset-in-force = Tu nueva identidad digital ya está en vigor, y esta clave le pertenece.
reset-hand-over-no-storage = No hay ningún almacén de claves nuevo. Si la aplicación ofrece reparar o restablecer su almacén de claves, recházalo.
reset-hand-over-later = Cuando la aplicación la tenga, `keyward reset --handed-over` termina el restablecimiento.
reset-hand-over-script = La nueva identidad digital está en vigor. Da la nueva clave de seguridad a la aplicación de esta sesión.
reset-hand-over = La nueva identidad digital está en vigor, y todo lo antiguo sigue ahí. En la aplicación, escribe la nueva clave de seguridad donde la pida («Verificar», «Introducir la clave de recuperación»).
reset-hand-over-how = ¿Cómo está?
reset-hand-over-taken = La aplicación ya la tiene: terminar
reset-hand-over-without = Terminar sin la aplicación; el almacén de claves antiguo se queda
reset-hand-over-wait = Más tarde
reset-approve = Abre esta página en un navegador y confírmalo allí, como { $user }
reset-page-forgotten = El servidor base ha olvidado esa página. Abre esta y confírmalo allí
reset-asking-to-accept = Pidiendo al servidor base que acepte la nueva identidad digital
reset-nothing-to-hand-over = Todavía no hay nada que dar: la nueva identidad digital no está en vigor. `keyward reset --resume` reanuda el restablecimiento.
reset-undone = El restablecimiento se ha deshecho. `keyward status` muestra lo que está en vigor.
reset-undoing = Deshaciendo
reset-status-shows = `keyward status` muestra lo que está en vigor.
reset-nothing-changed-but-file = No se ha cambiado nada. Las claves de mensajes en { $file } se quedan ahí.
reset-stands-committed = La nueva identidad digital está en vigor; `keyward reset --resume` termina el restablecimiento.
reset-stands-handing-over = La nueva identidad digital está en vigor. Cuando la aplicación de esta sesión tenga la nueva clave de seguridad, `keyward reset --handed-over` termina el restablecimiento; con --keep-old no espera a la aplicación, y el almacén de claves antiguo se queda.
reset-stands-staged = La nueva identidad digital no está en vigor, y el restablecimiento está pendiente: `keyward reset --resume` lo reanuda, `keyward reset --cancel` lo deshace.
reset-stands-unknown = Ahora no se puede averiguar si la nueva identidad digital está en vigor; `keyward reset --resume` lo averigua y continúa.
reset-interrupted-done = Interrumpido, pero el restablecimiento ya estaba hecho.
reset-interrupted-handing-over = Interrumpido. La nueva identidad digital está en vigor; `keyward reset --handed-over` termina el restablecimiento cuando la aplicación tenga la nueva clave de seguridad.
reset-interrupted-committed = Interrumpido. La nueva identidad digital está en vigor; `keyward reset --resume` termina el restablecimiento.
reset-interrupted-committed-because = Interrumpido: { $error } La nueva identidad digital está en vigor; `keyward reset --resume` termina el restablecimiento.
reset-interrupted-not-undone = Interrumpido, pero las nuevas claves no se han podido eliminar del servidor base: { $error } `keyward reset --cancel` lo intenta de nuevo, `keyward reset --resume` reanuda el restablecimiento.
reset-interrupted-unknown = Interrumpido, y no se ha podido deshacer: { $error } Ahora no se puede averiguar si la nueva identidad digital está en vigor. `keyward reset --cancel` deshace el restablecimiento si no lo está, `keyward reset --resume` lo reanuda.
reset-undo-interrupted = Interrumpido antes de que se deshiciera todo. `keyward reset --cancel` deshace el resto, salvo que la nueva identidad digital esté en vigor; `keyward reset --resume` reanuda el restablecimiento.
reset-sign-out-some = ¿Cerrar algunas de ellas ahora? Elige las que no uses.
reset-signed-out-nobody = No se ha cerrado ninguna sesión. `keyward sessions` muestra tus sesiones.
reset-sessions-list = `keyward sessions` muestra tus sesiones.
reset-sessions-sign-out = `keyward sessions sign-out` lo intenta de nuevo.

## keyward recovery

recovery-what-to-check = ¿Qué quieres comprobar?
recovery-checking = Mirando qué abre
recovery-waiting-one = `keyward status` dice si hay una pendiente.
recovery-lost = Si se ha perdido, el programa al que pertenece esta sesión tiene que crear la nueva clave.
recovery-taken-from = Las claves privadas se toman del almacén secreto, que abre la clave o la frase de seguridad antigua.
recovery-opens-until-now = ¿Qué abre el almacén secreto hasta ahora?
recovery-do-it-there = Hazlo en el programa al que pertenece esta sesión.
recovery-old-in-force = La clave de seguridad antigua sigue en vigor: Ctrl-C lo deshace todo.
recovery-maybe-in-force = Es posible que ya esté en vigor, y ya no se puede deshacer.
recovery-undone = La nueva clave de seguridad se ha deshecho. La antigua está en vigor, como antes.
recovery-stands-committed = Es posible que la nueva clave de seguridad ya esté en vigor; `keyward recovery new --resume` la termina.
recovery-stands-staged = La clave de seguridad antigua está en vigor, y la nueva está pendiente: `keyward recovery new --resume` la reanuda, `keyward recovery new --cancel` la deshace.
recovery-stands-unknown = `keyward status` dice cómo está.
recovery-interrupted-done = Interrumpido, pero la nueva clave de seguridad ya estaba en vigor.
recovery-interrupted-committed = Interrumpido. Es posible que la nueva clave de seguridad ya esté en vigor; `keyward recovery new --resume` la termina.
recovery-interrupted-not-undone = Interrumpido, y no se ha podido deshacer: { $error } La clave de seguridad antigua está en vigor. `keyward recovery new --cancel` lo intenta de nuevo, `keyward recovery new --resume` continúa con la nueva.
recovery-undo-interrupted = Interrumpido antes de que se deshiciera todo. `keyward recovery new --cancel` deshace el resto, salvo que la nueva clave de seguridad esté en vigor; `keyward recovery new --resume` la reanuda.

## keyward sessions, in lines

sessions-unknown = Esta cuenta no tiene ninguna sesión { $device }. `keyward sessions --plain` las muestra.
sessions-recommendations = Recomendaciones de seguridad
sessions-current = Sesión actual
sessions-other = Otras sesiones
sessions-other-verified = Otras sesiones, verificadas
sessions-other-unverified = Otras sesiones, sin verificar
sessions-other-inactive = Otras sesiones, inactivas
sessions-other-unverifiable = Otras sesiones, sin cifrado
sessions-none = Ninguna.
sessions-it-was = Sí: { $command }
sessions-it-was-not = No: { $command }
sessions-unverifiable = No admite el cifrado
sessions-trust-inactive = { $trust }, inactiva
sessions-facts = ID { $id }, última actividad { $ago } ({ $date })
sessions-facts-unknown = ID { $id }, última actividad desconocida
sessions-facts-from = { $facts }, desde { $address }
sessions-summary = { $name } ({ $id }): { $trust }, { $activity }
sessions-name = Nombre
sessions-by-id = sesión { $id }
sessions-sign-this-out = Para cerrar esta sesión, sal de aquí y ejecuta `keyward logout`.
sessions-sign-this-out-there = Para cerrar esta sesión, ciérrala en el programa al que pertenece.
sessions-renaming = Cambiando el nombre
sessions-renamed = La sesión { $id } se llama ahora { $name }. Las personas con las que hablas pueden verlo.
sessions-name-taken-away = La sesión { $id } ya no tiene nombre.
sessions-switching = Cambiando
sessions-push-on = Las notificaciones push de { $name } están activadas.
sessions-push-off = Las notificaciones push de { $name } están desactivadas.
sessions-push-unsupported = Las notificaciones push de { $name } no se pueden cambiar desde aquí.
sessions-acknowledged-one = Anotado: { $name } fuiste tú.
sessions-acknowledged = { $count ->
    [one] Anotado: { $count } sesión era tuya.
   *[other] Anotado: { $count } sesiones eran tuyas.
}

## keyward sessions propose

propose-none = No se propone ninguna sesión.
propose-title = Quizá quieras cerrar:
propose-inactive = { $count ->
    [one] sin actividad desde hace { $count } día
   *[other] sin actividad desde hace { $count } días
}
propose-unverified = { $count ->
    [one] sin verificar desde hace { $count } día
   *[other] sin verificar desde hace { $count } días
}
propose-command = { $count ->
    [one] Revísala primero, y después: { $command }
   *[other] Revisa primero cada una, y después: { $command }
}

## keyward sessions --watch

watch-signed-out = Sesión cerrada: { $name } ({ $id })
watch-new = Hay una nueva sesión: { $name } ({ $id })
watch-renamed = Nombre cambiado: { $old } se llama ahora { $name } ({ $id })
watch-trust = { $name } ({ $id }): { $trust }
watch-push = { $name } ({ $id }): notificaciones push { $push }
watch-acknowledged = Reconocida: { $name }

## keyward sessions sign-out

sign-out-these = Se van a cerrar estas sesiones:
sign-out-question = ¿Cerrarlas?
sign-out-nobody = Cancelado. No se ha cerrado ninguna sesión.
sign-out-no-such = No hay ninguna sesión así.
sign-out-done = { $count ->
    [one] Se ha cerrado { $count } sesión.
   *[other] Se han cerrado { $count } sesiones.
}
sign-out-confirm-page = Abre esta página en un navegador y confirma allí, como { $user }, que eres tú
sign-out-link = { $number } de { $total }: abre esto en un navegador y cierra allí la sesión { $device }:
sign-out-done-there = ¿Hecho allí?
sign-out-stopped = { $count ->
    [one] Cancelado. { $count } sesión está cerrada.
   *[other] Cancelado. { $count } sesiones están cerradas.
}
sign-out-still-there = Esa sesión sigue ahí.

## keyward sessions verify

verify-asking = Preguntando a la otra sesión
verify-handing-over = Entregando las claves
verify-as-numbers = Como números: { $numbers }
verify-keys-cancel = Ctrl-C cancela.
verify-keys-emoji-or-code = Escribe e para comparar emojis, c para mostrar un código QR, q para cancelar, y después Intro.
verify-keys-emoji = Escribe e para comparar emojis, q para cancelar, y después Intro.
verify-keys-code = Escribe c para mostrar un código QR, q para cancelar, y después Intro.
verify-keys-yes-no = Escribe { $yes } para sí, { $no } para no, q para cancelar, y después Intro.
verify-no-answer = Esa no es ninguna de las respuestas.
verify-scan-this = Escanea este código con { $other }. Aquí se indica cuando haya funcionado.
verify-too-narrow = Esta ventana es demasiado estrecha para el código QR. Hazla más ancha, o compara emojis.
verify-cannot-scan = La otra sesión no puede escanear un código. Compara emojis.
verify-terminal-cannot-scan = La otra sesión muestra un código QR, que un terminal no puede escanear. Cancela y empieza desde allí.

## The page of sessions

page-too-small = Esta ventana es demasiado pequeña: al menos { $columns } por { $rows }. q sale.
page-title = Sesiones de { $user }
page-title-keys = ? ayuda  q salir
page-answer-login = y fui yo   n no fui yo: cerrarla
page-answer-login-more = y fui yo   n no fui yo: cerrarla  (y { $more } más)
page-view-inactive = i ver todas
page-view-unverified = u ver todas
page-asking = Preguntando al servidor base …
page-others = Otras:
page-no-others = No hay otras sesiones.
page-no-others-of-filter = Ninguna de las otras sesiones. Tab muestra otro filtro.
page-this-one = (esta)
page-unknown = se desconoce
page-head-session = Sesión
page-head-verification = Verificación
page-head-activity = Última actividad
page-head-id = ID
page-head-address = Dirección IP
page-head-push = Push
page-head-kind = Tipo
page-push-on = sí
page-push-off = no
page-kind-desktop = escritorio
page-kind-mobile = móvil
page-kind-web = web
page-kind-unknown = desconocido
page-selected = { $count ->
    [one] { $count } seleccionada
   *[other] { $count } seleccionadas
}
page-asks-to-verify = { $other } solicita una verificación. Cierra esto para responder.
page-another-session = Otra sesión
page-acknowledged = Anotado: fuiste tú.
page-session-gone = Esa sesión ya no existe: se ha cerrado entretanto.
page-renamed = Nombre cambiado.
page-verified = Verificada.
page-verified-already = { $name } ya está verificada.
page-unverifiable = { $name } no admite el cifrado, así que no se puede verificar. Ciérrala si no la conoces.
page-verify-there = Verifícala en el otro programa: ese tiene las claves de esta sesión.
page-nobody-signed-out = No se ha cerrado ninguna sesión. La selección se conserva.
page-sign-out-stopped = Detenido. La lista muestra lo que sigue abierto.

page-keys-move = ↑↓ mover
page-keys-select = Espacio elegir
page-keys-all = a todas las mostradas
page-keys-filter = Tab filtro
page-keys-details = Intro detalles
page-keys-rename = r cambiar nombre
page-keys-push = p push
page-keys-sign-out = s cerrar sesión
page-keys-verify = v verificar

page-help-title = Teclas
page-help-move = mover; también Re Pág, Av Pág, Inicio, Fin
page-help-filter = mostrar otro filtro
page-help-view = ver todas las no verificadas, todas las inactivas
page-help-keys-select = Espacio  a
page-help-select = elegir una sesión; todas las mostradas
page-help-details = todo sobre la sesión, también su historial
page-help-rename = cambiar el nombre de la sesión
page-help-push = activar o desactivar las notificaciones push
page-help-verify = verificar la sesión, con emojis o un código QR
page-help-verify-there = verificar: en el programa de esta sesión
page-help-sign-out = cerrar las sesiones elegidas, o la que está en >
page-help-new-login = a un nuevo inicio de sesión: fui yo; no fui yo, cerrarla
page-help-refresh = volver a preguntar (la lista se actualiza sola)
page-help-leave = salir
page-help-plain = `keyward sessions --plain` dice lo mismo en líneas.
page-any-key = Cualquier tecla cierra esto.

page-details-title = Detalles de la sesión
page-details-keys = r cambiar nombre   p push   v verificar   s cerrar sesión   Esc atrás
page-details-keys-attached = r cambiar nombre   p push   s cerrar sesión   Esc atrás

page-rename-title = Cambiar el nombre de la sesión
page-rename-public = Las personas con las que hablas pueden ver el nombre.
page-rename-new = Nuevo nombre:
page-rename-working = Cambiando el nombre …
page-rename-keys = Intro cambia el nombre   Esc conserva el antiguo

page-sign-out-title = Cerrar sesión
page-sign-out-on-page = En este servidor base, las sesiones se cierran en su página de la cuenta. Abre esto en un navegador y ciérrala allí:
page-sign-out-progress = { $done } de { $total } cerradas; aquí se nota por sí solo.
page-sign-out-page-keys = Intro vuelve a mirar   n otra primero   Esc se detiene
page-sign-out-gone = { $name } (cerrada entretanto)
page-sign-out-more = … y { $count } más
page-sign-out-weighing = Mirando a qué lleva eso …
page-sign-out-back = Esc vuelve
page-sign-out-question = { $count ->
    [one] ¿Cerrar { $count } sesión?
   *[other] ¿Cerrar { $count } sesiones?
}
page-sign-out-keys = Intro o y la cierra   Esc o n vuelve
page-sign-out-working = Cerrando sesión …
page-sign-out-password-keys = Intro cierra la sesión   Esc vuelve
page-sign-out-browser = Abre esto en un navegador y confirma allí que eres tú:
page-sign-out-other-account = Eso se hizo con otra cuenta. Abre esto otra vez y hazlo con la tuya:
page-sign-out-browser-keys = Aquí se nota por sí solo.   Esc se detiene

page-verify-title = Verificar
page-verify-moment = Un momento …
page-verify-cancel = Esc cancela
page-verify-accept = v verifica   Esc o n rechaza
page-verify-emoji-or-code = e comparar emojis   c mostrar un código QR   Esc cancela
page-verify-emoji = e comparar emojis   Esc cancela
page-verify-code = c mostrar un código QR   Esc cancela
page-verify-match = y coinciden   n no coinciden   Esc cancela
page-verify-scanned = y sí   n no: cancelar
page-code-too-small = Esta ventana es demasiado pequeña para el código QR. Hazla más grande, o pulsa e para comparar emojis. Esc cancela.
page-code-scan = Escanea este código con { $other }.
page-code-worked = Aquí se indica cuando haya funcionado.
page-code-emoji = e comparar emojis en su lugar
