// SPDX-License-Identifier: Apache-2.0

package org.keyward

/**
 * The other sessions that [filter] shows, in the order of the list. As [SessionFilter.shows], for a whole list and without
 * the native library.
 */
public fun SessionList.othersShown(filter: SessionFilter): List<Session> =
    when (filter) {
        SessionFilter.ALL -> others
        SessionFilter.VERIFIED -> others.filter { it.trust == SessionTrust.VERIFIED }
        SessionFilter.UNVERIFIED -> others.filter { it.trust == SessionTrust.UNVERIFIED }
        SessionFilter.INACTIVE -> others.filter { it.inactive }
        SessionFilter.UNVERIFIABLE -> others.filter { it.trust == SessionTrust.UNVERIFIABLE }
    }
