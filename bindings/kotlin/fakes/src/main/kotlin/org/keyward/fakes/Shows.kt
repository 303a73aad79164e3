// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.CancelReason
import org.keyward.Challenge
import org.keyward.OldBackup
import org.keyward.RecoveryOutcome
import org.keyward.RecoveryState
import org.keyward.RecoveryStep
import org.keyward.ResetOutcome
import org.keyward.ResetProgress
import org.keyward.ResetState
import org.keyward.VerificationEmoji
import org.keyward.VerificationState

/** What a reset shows while something is done. */
internal fun resetWorking(work: Work?): ResetState.Working =
    ResetState.Working(work?.let { ResetProgress(enumNamed(it.step), it.number, it.steps, it.done, it.total) })

/** What a phase of a reset shows: [Row.shows]. */
internal fun resetAt(
    name: String,
    challenge: Challenge,
    account: SampleAccount,
    old: OldBackup,
): ResetState =
    when (name) {
        "SaveKey" -> ResetState.SaveKey(FakeRecoveryKey())
        "Authorise" -> ResetState.Authorise(challenge)
        "HandOver" -> ResetState.HandOver(FakeRecoveryKey(), backupVersion = "2")
        Script.DONE -> ResetState.Done(account.outcome(old))
        else -> throw unknown(name)
    }

private fun SampleAccount.outcome(old: OldBackup) =
    ResetOutcome(FakeRecoveryKey(), newIdentity, untrustedSessions, old, roomKeysBackedUp)

/** What making a new recovery key shows while something is done. */
internal fun recoveryWorking(work: Work?): RecoveryState.Working =
    RecoveryState.Working(work?.let { enumNamed<RecoveryStep>(it.step) })

/** What a phase of making a new recovery key shows: [Row.shows]. */
internal fun recoveryAt(name: String): RecoveryState =
    when (name) {
        "SaveKey" -> RecoveryState.SaveKey(FakeRecoveryKey())
        Script.DONE -> RecoveryState.Done(NEW_KEY)
        else -> throw unknown(name)
    }

/** What both sides of a verification compare. */
internal fun sampleEmoji(): List<VerificationEmoji> =
    Data.emoji.map { VerificationEmoji(it["symbol"], it["description"], it.count("index")) }

/** The same as numbers. */
internal fun sampleDecimals(): List<Int> = Data.decimals.map { it.toInt() }

/** The end of a verification before its time. */
internal fun cancelledState(
    byUs: Boolean,
    cause: CancelReason,
): VerificationState.Cancelled =
    VerificationState.Cancelled(byUs, cause, Data.cancelReasons.fields(cause.rustName())["text"])

/** Whether the other session can have this reason; else this one ends the verification. */
internal fun isOfOther(cause: CancelReason): Boolean = Data.cancelReasons.fields(cause.rustName())["by_other"]

private val NEW_KEY get() = RecoveryOutcome(FakeRecoveryKey(), opensBackup = true, oldKeyOpens = emptyList())

private fun unknown(name: String) = IllegalStateException("The fakes show no $name: they are older than the table")
