// SPDX-License-Identifier: Apache-2.0

package org.keyward

import java.util.Locale

/**
 * The texts for whoever reads these languages, the most wanted first; without any, that of this device. English, if none of
 * them is there. Make it once and keep it.
 */
public fun Texts.Companion.forLocales(vararg locales: Locale = arrayOf(Locale.getDefault())): Texts =
    forLanguages(locales.map { it.toLanguageTag() })
