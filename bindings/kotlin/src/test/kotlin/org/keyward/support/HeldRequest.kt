// SPDX-License-Identifier: Apache-2.0

package org.keyward.support

/** The requests of a reset at which the tests interrupt it, in their order. */
enum class HeldRequest(
    private val method: String,
    private val path: String,
    private val number: Int = 1,
    private val after: Boolean = false,
) {
    /** The first thing that is written beside the old. */
    STAGING("PUT", "/account_data/m.cross_signing.master"),

    /** The key is confirmed; the server is asked what it wants. */
    ASKING("POST", "/keys/device_signing/upload"),

    /** The password is on its way. */
    AUTHORISING("POST", "/keys/device_signing/upload", number = 2),

    /** The server has accepted the new identity, and nobody here knows. */
    COMMITTED("POST", "/keys/device_signing/upload", number = 2, after = true),

    /** The session gets the new identity's signature. */
    BINDING("POST", "/keys/signatures/upload"),

    /** Room keys go into the new backup. */
    BACKING_UP("PUT", "/room_keys/keys"),

    /** The old backup goes. */
    CLEANING_UP("DELETE", "/room_keys/version"),
    ;

    /** Lets the reset's request wait here. */
    suspend fun hold(proxy: Proxy) = proxy.hold(method, pathContains = path, number = number, after = after)
}
