// SPDX-License-Identifier: Apache-2.0

package org.keyward

import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlin.time.Duration.Companion.minutes

/**
 * Works with the account and shuts it down afterwards, also after an exception or a cancellation: once it returns, the
 * store's files are free, and the account can be restored.
 *
 * ```
 * Keyward.restore(folder, key).useAndShutDown { account ->
 *     println(account.status().verified)
 * }
 * ```
 *
 * `use {}` does less: it closes this one object, and the files become free some time after the last object of the account
 * is gone. What belongs to the account (a reset, a new recovery key, a stream) ends with the shutdown; a reset and a new
 * recovery key can be resumed.
 *
 * @throws AccountException if the store could not be closed.
 */
public suspend fun <R> Account.useAndShutDown(block: suspend (Account) -> R): R = useThen({ shutDown() }, block)

/**
 * The same for a session that the app has already: once it returns, the folder is free, and the session can be attached
 * again.
 *
 * @throws AccountException if what was being written could not be finished.
 */
public suspend fun <R> AttachedAccount.useAndShutDown(block: suspend (AttachedAccount) -> R): R = useThen({ shutDown() }, block)

private suspend fun <A : AutoCloseable, R> A.useThen(
    shutDown: suspend A.() -> Unit,
    block: suspend (A) -> R,
): R {
    val result = runCatching { block(this) }
    val ended = runCatching { withContext(NonCancellable) { shutDown() } }
    close()
    // The exception of the block is the one that says what happened.
    result.exceptionOrNull()?.let { cause -> ended.exceptionOrNull()?.let(cause::addSuppressed) }
    return result.getOrThrow().also { ended.getOrThrow() }
}

/**
 * Answers the requests for the access token of an attached session, until there are no more: the account was shut down, or
 * nothing of it is left. Holds nothing of the account.
 */
internal fun answer(
    requests: TokenRequests,
    accessToken: suspend (wasRefused: Boolean) -> String,
) {
    // What fails here must not end the app; what waits for the token fails then.
    val quiet = CoroutineExceptionHandler { _, _ -> }
    CoroutineScope(Dispatchers.Default + quiet).launch {
        requests.use {
            // Each by itself: one that the app never answers must not hold up the next.
            supervisorScope {
                while (true) {
                    val request = requests.next() ?: break
                    launch { request.use { it.answerWith(accessToken) } }
                }
            }
        }
    }
}

private suspend fun TokenRequest.answerWith(accessToken: suspend (wasRefused: Boolean) -> String) {
    // Whatever goes wrong in the app, it has no token.
    runCatching { answer(withTimeout(1.minutes) { accessToken(isRefused()) }) }.onFailure { refuse() }
}

/**
 * Requests of this account's other sessions to verify one another, for as long as it is collected. Synchronises
 * meanwhile, in the place of [Account.syncOnce]. Of several requests that wait, the next one comes when the collector has
 * taken the one before.
 *
 * ```
 * account.verificationRequests().collect { verification -> show(verification) }
 * ```
 *
 * It fails with what [Account.nextVerificationRequest] fails with, for instance when the server cannot be reached: show
 * it, and collect again after a pause.
 *
 * @throws VerificationException when collected; [VerificationException.Closed] once the account is shut down.
 */
public fun Account.verificationRequests(): Flow<Verification> = flow { while (true) emit(nextVerificationRequest()) }
