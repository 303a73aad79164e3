// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import org.keyward.AccountException
import org.keyward.Advice
import org.keyward.KeyCheckException
import org.keyward.RecoveryException
import org.keyward.Remedy
import org.keyward.RepairException
import org.keyward.ResetException
import org.keyward.SessionsException
import org.keyward.SignOutException
import org.keyward.UnlockException
import org.keyward.VerificationException

/** What is said of an error. One that is none of the library's says what it says: a screen must not end the app. */
internal fun Exception.advice(): Advice =
    when (this) {
        is AccountException -> advice()
        is KeyCheckException -> advice()
        is RecoveryException -> advice()
        is RepairException -> advice()
        is ResetException -> advice()
        is SessionsException -> advice()
        is SignOutException -> advice()
        is UnlockException -> advice()
        is VerificationException -> advice()
        else -> Advice("app", Remedy.REPORT_BUG, message ?: toString(), emptyList())
    }
