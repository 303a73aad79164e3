// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.Confirmation
import org.keyward.HandedOver
import org.keyward.NoHandle
import org.keyward.OldBackup
import org.keyward.Password
import org.keyward.Reset
import org.keyward.ResetException
import org.keyward.ResetOptions
import org.keyward.ResetState
import org.keyward.ResetStates
import org.keyward.ResetStep

/**
 * A reset that goes the way of the real one, without an account, a homeserver or the native library. It begins at once.
 *
 * ```
 * val reset = FakeReset()
 * reset.confirmSaved(Confirmation.Retyped(FakeRecoveryKey()))
 * reset.authorise(FakePassword(Samples.PASSWORD))
 * reset.states().collect { state -> show(state) } // Done
 * ```
 */
public class FakeReset internal constructor(
    private val journal: Journal<ResetException>,
    private val script: ResetScript,
    private val sample: SampleAccount,
    private val options: ResetOptions,
) : Reset(NoHandle) {
    internal val driver: Script<ResetState, ResetException> = Script(journal, ResetKind(this), ::does)

    private var isInBrowser = false

    init {
        driver.begin()
    }

    /**
     * @param attached of a session that the app has already: it hands the new key over in the end.
     * @throws IllegalArgumentException if such a reset, or one with these options, has no failure of the script.
     */
    public constructor(
        script: ResetScript = ResetScript(),
        options: ResetOptions = ResetOptions(),
        attached: Boolean = false,
    ) : this(
        script.journal(attached, options),
        script,
        Data.account(if (attached) Samples.ATTACHED else Samples.OWN),
        options,
    )

    override fun openStates(): ResetStates {
        checkIsOpen()
        return FakeResetStates(Reader(driver.shown))
    }

    override suspend fun confirmSaved(confirmation: Confirmation): Unit =
        decide("SaveKey") {
            val isRight = confirmation !is Confirmation.Retyped || confirmation.recoveryKey.isKey(Samples.NEW_KEY)
            if (isRight) null else FakeErrors.reset("reset.key_mismatch")
        }

    override suspend fun authorise(password: Password): Unit =
        decide("Authorise") {
            val challenge = script.challenge
            when {
                !challenge.answerableByPassword() -> browserNeeded()
                password.fake() != script.password -> FakeErrors.reset("auth.wrong_password")
                else -> null
            }
        }

    private fun browserNeeded() =
        ResetException.BrowserNeeded(script.challenge.pages(), adviceOf("auth.browser_needed"))

    override suspend fun authoriseInBrowser() {
        checkIsOpen()
        if (!driver.isAt("Authorise")) throw FakeErrors.reset("reset.out_of_order")
        if (script.challenge.pages().isEmpty()) throw FakeErrors.reset("auth.unsupported")
        isInBrowser = true
    }

    /** The person is done in the browser, after [authoriseInBrowser]: the reset goes on. */
    public fun finishInBrowser() {
        check(isInBrowser) { "Nobody is in a browser" }
        decide("Authorise") { null }
    }

    override suspend fun checkNow() {
        checkIsOpen()
        if (driver.isAt("Authorise") && !isInBrowser) driver.retry()
    }

    override suspend fun handedOver(how: HandedOver): Unit =
        decide("HandOver") {
            journal.keepsOldBackup = how == HandedOver.KEEP_OLD_BACKUP
            null
        }

    override suspend fun retry() {
        checkIsOpen()
        driver.retry()
    }

    override suspend fun cancel() {
        checkIsOpen()
        driver.cancel()
    }

    /** Goes on from a step of [ResetScript.holdsAt]. */
    public fun goOn() {
        checkIsOpen()
        driver.goOn()
    }

    override fun destroy() {
        super.destroy()
        driver.letGo()
    }

    private fun decide(
        name: String,
        objection: () -> ResetException?,
    ) {
        checkIsOpen()
        driver.decide(name, objection)
    }

    private fun checkIsOpen() = check(!uniffiIsDestroyed) { "FakeReset object has already been destroyed" }

    private fun does(step: String): Boolean =
        when (step) {
            ResetStep.FETCH_OLD_BACKUP.rustName() -> sample.consequences.backupReadable
            ResetStep.EXPORT.rustName() -> options.export != null
            else -> true
        }

    /** Where the old backup is kept, nothing has to be in the new one, and nothing is deleted. */
    internal fun happens(error: ResetException): Boolean =
        !journal.keepsOldBackup || error.advice().code !in ResetScript.OF_DELETING

    internal fun state(name: String): ResetState {
        val choices = digits(options.compromised, options.keepOldBackup, options.turnOnKeyStorage)
        val old = if (journal.keepsOldBackup) OldBackup.KEPT else sample.oldBackup(choices)
        return resetAt(name, script.challenge, sample, old)
    }
}

private class ResetKind(
    private val reset: FakeReset,
) : Kind<ResetState, ResetException> {
    override fun working(work: Work?): ResetState = resetWorking(work)

    override fun at(name: String): ResetState = reset.state(name)

    override fun stopped(error: ResetException): ResetState = ResetState.Stopped(error)

    override val cancelled: ResetState get() = ResetState.Cancelled

    override fun happens(error: ResetException): Boolean = reset.happens(error)

    override fun leadsBackTo(error: ResetException): String? =
        "HandOver".takeIf { error.advice().code == ResetScript.NOT_TAKEN_OVER }

    override fun isLasting(error: ResetException): Boolean = error.advice().code == ResetScript.PLAN_OUTDATED

    override fun outOfOrder(): ResetException = FakeErrors.reset("reset.out_of_order")

    override fun alreadyCommitted(): ResetException = FakeErrors.reset("reset.already_committed")

    override fun closed(): ResetException = ResetException.Closed(CLOSED)
}

private class FakeResetStates(
    private val reader: Reader<ResetState>,
) : ResetStates(NoHandle) {
    override suspend fun next(): ResetState? {
        check(!uniffiIsDestroyed) { "FakeResetStates object has already been destroyed" }
        return reader.next()
    }

    override fun stop() = reader.stop()
}
