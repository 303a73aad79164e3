// SPDX-License-Identifier: Apache-2.0

package org.keyward

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import java.util.Locale

/** Words for people. They need neither an account nor a server. */
class TextsTest {
    private val key = RecoveryKey("EsT1 aaaa")

    @Test
    fun `the language is that of the locale, else English`() {
        assertEquals("de", Texts.forLocales(Locale.forLanguageTag("de-AT")).language())
        assertEquals("fr", Texts.forLocales(Locale.JAPANESE, Locale.FRENCH).language())
        assertEquals("en", Texts.forLocales(Locale.JAPANESE).language())
        assertTrue(Texts.forLocales(Locale.forLanguageTag("ar")).isRightToLeft())
    }

    @Test
    fun `a state says what can be done and holds no secret`() {
        val screen = Texts.forLocales(Locale.ENGLISH).recovery(RecoveryState.SaveKey(key))
        assertEquals(ScreenContent.RECOVERY_KEY, screen.shows)
        assertEquals(ScreenActionId.CONFIRM_SAVED, screen.actions.first { it.role == ScreenRole.PRIMARY }.id)
        assertEquals(ScreenFieldKind.SECRET, screen.fields.single().kind)
        assertFalse("EsT1" in screen.toString())
    }

    @Test
    fun `an error is said in the person's language`() {
        val error = assertThrows<StoreKeyException> { StoreKey.fromBytes(ByteArray(3)) }
        val german = Texts.forLocales(Locale.GERMAN).error(error.advice())
        assertTrue(german.contains("32") && german != error.message, german)
    }

    /** By its mistake an app would otherwise propose every session for signing out: "not seen for 0 days". */
    @Test
    fun `a number that is none here is refused before it crosses`() {
        val texts = Texts.forLocales(Locale.ENGLISH)
        assertThrows<IllegalArgumentException> { texts.emojiName(-1) }
        assertThrows<IllegalArgumentException> { texts.emojiName(256) }
        assertThrows<IllegalArgumentException> { texts.signOutDone(-1) }
        assertEquals(texts.emojiName(63), texts.emojiName(255))
    }

    @Test
    fun `a key is spoken letter by letter`() {
        assertEquals("capital E, s, capital T, 1. a, a, a, a", Texts.forLocales(Locale.ENGLISH).spokenKey(key))
    }

    @Test
    fun `an app's own words take the place of ours`() {
        val texts = Texts.withOverrides(listOf("en"), "save-key-title = Keep this key")
        assertEquals("Keep this key", texts.recovery(RecoveryState.SaveKey(key)).title)
        assertThrows<TextsException.Unknown> { Texts.withOverrides(listOf("en"), "nothing = x") }
    }
}
