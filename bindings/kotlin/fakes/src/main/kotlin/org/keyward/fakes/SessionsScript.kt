// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.SessionsException
import org.keyward.SignOutException

/** What is asked of the sessions, and may fail. */
public enum class SessionsCall {
    /** The list. */
    LIST,

    /** An update of a watch: it says that it has failed, and goes on. */
    WATCH,

    /** Another name. */
    RENAME,

    /** Push notifications on or off. */
    SET_PUSH,

    /** A new login was the person's own. */
    ACKNOWLEDGE,
}

/** What is asked of a sign-out, and may fail. */
public enum class SignOutCall {
    /** The homeserver is asked. */
    BEGIN,

    /** The password is sent. */
    AUTHORISE,

    /** The person was in a browser. */
    AUTHORISE_IN_BROWSER,
}

/**
 * How goes what is asked of fake sessions.
 *
 * ```
 * SessionsScript(challenge = FakeChallenge.inBrowser())
 * ```
 *
 * @property password what the homeserver takes for the account password.
 * @property challenge what the homeserver asks for before it signs sessions out. Null: it asks for nothing.
 * @property onPage the homeserver has an account page, and sessions are signed out there:
 *   [FakeSessions.signOutElsewhere] does what the person does on it.
 * @property failsAt with what a call fails the first time.
 * @property signOutFailsAt with what a call of a sign-out fails the first time.
 */
public class SessionsScript(
    public val password: String = Samples.PASSWORD,
    public val challenge: FakeChallenge? = FakeChallenge(),
    public val onPage: Boolean = false,
    public val failsAt: Map<SessionsCall, SessionsException> = emptyMap(),
    public val signOutFailsAt: Map<SignOutCall, SignOutException> = emptyMap(),
)
