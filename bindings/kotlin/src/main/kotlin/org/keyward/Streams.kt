// SPDX-License-Identifier: Apache-2.0

package org.keyward

import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.emptyFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.launch
import java.io.File

/**
 * What the reset does or waits for: the present state first, then each change. Completes after [ResetState.Done] and
 * [ResetState.Cancelled], and when the account is shut down. Any number of collectors; the reset goes on without any.
 *
 * ```
 * val reset = account.startReset(account.planReset(), ResetOptions())
 * reset.states().collect { state ->
 *     when (state) {
 *         is ResetState.Working -> showProgress(state.progress)
 *         is ResetState.SaveKey -> showKey(state.recoveryKey.reveal()) // then reset.confirmSaved(…)
 *         // The password, then reset.authorise(Password(…)); or a page, and reset.authoriseInBrowser().
 *         is ResetState.Authorise -> ask(state.challenge)
 *         // Only of an attached session: its SDK gets the key, then reset.handedOver(HandedOver.TAKEN).
 *         is ResetState.HandOver -> giveToSdk(state.recoveryKey.reveal())
 *         is ResetState.Stopped -> showError(state.error.message) // then reset.retry()
 *         is ResetState.Done -> showOutcome(state.outcome)
 *         ResetState.Cancelled -> leave()
 *     }
 * }
 * ```
 *
 * Objects in a state ([ResetState.SaveKey.recoveryKey], [ResetState.Authorise.challenge]) belong to the collector. They
 * need not be closed: the garbage collector frees them.
 */
public fun Reset.states(): Flow<ResetState> =
    flow {
        openStates().use { states -> emitAll { states.next() } }
    }

/**
 * What the making of a new recovery key does or waits for: the present state first, then each change. Completes after
 * [RecoveryState.Done] and [RecoveryState.Cancelled], and when the account is shut down. Any number of collectors; it goes
 * on without any.
 *
 * ```
 * val recovery = account.startRecovery(RecoveryOptions())
 * recovery.states().collect { state ->
 *     when (state) {
 *         is RecoveryState.Working -> showProgress(state.step)
 *         is RecoveryState.SaveKey -> showKey(state.recoveryKey.reveal()) // then recovery.confirmSaved(…)
 *         is RecoveryState.Stopped -> showError(state.error.message) // then recovery.retry()
 *         is RecoveryState.Done -> showOutcome(state.outcome)
 *         RecoveryState.Cancelled -> leave()
 *     }
 * }
 * ```
 *
 * The key in a state belongs to the collector. It need not be closed: the garbage collector frees it.
 */
public fun Recovery.states(): Flow<RecoveryState> =
    flow {
        openStates().use { states -> emitAll { states.next() } }
    }

/**
 * What the verification does or waits for: the present state first, then each change. Completes after
 * [VerificationState.Done] and [VerificationState.Cancelled], and when the account is shut down. Any number of collectors;
 * the verification goes on without any.
 *
 * ```
 * val verification = account.verifySession(deviceId)
 * verification.states().collect { state ->
 *     when (state) {
 *         is VerificationState.Ready -> verification.startEmoji()
 *         is VerificationState.Emoji -> ask(state.emoji) // then verification.confirm() or mismatch()
 *         else -> show(state)
 *     }
 * }
 * ```
 */
public fun Verification.states(): Flow<VerificationState> =
    flow {
        openStates().use { states -> emitAll { states.next() } }
    }

/**
 * The list of sessions, at once and again whenever something has changed. Synchronises for as long as it is collected, in
 * the place of [Account.syncOnce]. Completes when the account is shut down, and after a failure with
 * [ServerProblem.SessionExpired].
 *
 * ```
 * account.sessions().watch(refresh = pulledDown).collect { update ->
 *     when (update) {
 *         is SessionsUpdate.Snapshot -> show(update.snapshot)
 *         is SessionsUpdate.Failed -> showError(update.error.message) // it tries again by itself
 *     }
 * }
 * ```
 *
 * @param refresh each value lets the list be requested again at once: when the person asks for it, when the network is
 *   back. An update follows if something has changed.
 * @throws SessionsException when collected; [SessionsException.Closed] if the account was shut down before.
 */
public fun Sessions.watch(refresh: Flow<Unit> = emptyFlow()): Flow<SessionsUpdate> =
    flow {
        openWatch().use { watch ->
            coroutineScope {
                val refreshing = launch { refresh.collect { watch.refresh() } }
                emitAll { watch.next() }
                refreshing.cancel()
            }
        }
    }

/**
 * Writes every room key to [file], encrypted with [passphrase], while it is collected: each collection is an export of its
 * own. The last value is [ExportState.Done]. Whoever stops collecting cancels the export, and a file that was there before
 * is kept.
 *
 * ```
 * account.roomKeys().export(File("room-keys.txt"), Passphrase("…")).collect { state -> show(state) }
 * ```
 *
 * @throws ExportException when collected.
 */
public fun RoomKeys.export(
    file: File,
    passphrase: Passphrase,
): Flow<ExportState> =
    flow {
        startExport(file.path, passphrase).use { export -> emitAll { export.next() } }
    }

/**
 * Reads room keys from [file] while it is collected: each collection is an import of its own. The last value is
 * [ImportState.Done]. Whoever stops collecting stops the import; what was imported until then stays.
 *
 * ```
 * account.roomKeys().import(File("room-keys.txt"), Passphrase("…")).collect { state -> show(state) }
 * ```
 *
 * @throws ImportException when collected.
 */
public fun RoomKeys.import(
    file: File,
    passphrase: Passphrase,
): Flow<ImportState> =
    flow {
        startImport(file.path, passphrase).use { import -> emitAll { import.next() } }
    }

/**
 * Makes a key backup while it is collected, where there is none or one that nobody trusted has signed: its key goes
 * into secret storage under the present recovery key, which [key] is, and every room key of this session is uploaded. A
 * key backup that somebody else may have made is left as it is. The last value is [RoomKeyRepairState.Done]. Whoever
 * stops collecting stops it; what was done stays, and doing it again does the rest.
 *
 * ```
 * account.makeBackup(KeyInput.RecoveryKey(RecoveryKey(typed))).collect { state -> show(state) }
 * ```
 *
 * @throws RepairException when collected.
 */
public fun Account.makeBackup(key: KeyInput): Flow<RoomKeyRepairState> = repair { startMakeBackup(key) }

/**
 * Uploads the room keys of this session that are not in the key backup, while it is collected. The last value is
 * [RoomKeyRepairState.Done].
 *
 * @throws RepairException when collected; [RepairException.NoBackup] where this session uses none.
 */
public fun Account.uploadRoomKeysBehind(): Flow<RoomKeyRepairState> = repair { startUploadRoomKeysBehind() }

/**
 * Fetches what older versions of the key backup hold, with the recovery key or Security Phrase of their time, and puts
 * it into the present one if this session uses that, while it is collected. The last value is
 * [RoomKeyRepairState.Done], which says how many room keys this session has gained. The older versions stay.
 *
 * @param version only this one.
 * @throws RepairException when collected; [RepairException.OpensNoBackup] if the key opens none of them.
 */
public fun Account.recoverRoomKeys(
    oldKey: KeyInput,
    version: String? = null,
): Flow<RoomKeyRepairState> = repair { startRecoverRoomKeys(oldKey, version) }

private fun repair(start: suspend () -> RoomKeyRepair): Flow<RoomKeyRepairState> =
    flow {
        start().use { repair -> emitAll { repair.next() } }
    }

/** Emits what [next] returns until that is null. */
internal suspend inline fun <T : Any> FlowCollector<T>.emitAll(next: () -> T?) {
    while (true) emit(next() ?: break)
}
