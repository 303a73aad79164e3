package org.keyward
import org.junit.jupiter.api.Test
import org.keyward.support.*
import kotlin.time.measureTimedValue
class ResetExploreTest {
    @Test
    fun explore() = test {
        val person = TestService.person()
        val proxy = TestService.proxy()
        loggedIn(person, proxy.url) { account ->
            account.unlock(person)
            proxy.reset()
            val plan = account.planReset()
            println("== plan"); proxy.requests().forEach { println(it) }; proxy.reset()
            val reset = account.startReset(plan, ResetOptions())
            println("== start"); proxy.requests().forEach { println(it) }; 
            reset.untilKey()
            println("== key"); proxy.requests().forEach { println(it) }; proxy.reset()
            reset.confirmSaved(Confirmation.Acknowledged)
            println("== confirmed"); proxy.requests().forEach { println(it) };
            reset.await<ResetState.Authorise>()
            println("== auth"); proxy.requests().forEach { println(it) }; proxy.reset()
            reset.authorise(Password(person.password))
            println("== authorised"); proxy.requests().forEach { println(it) };
            reset.finish(person)
            println("== done"); proxy.requests().forEach { println(it) }; proxy.reset()
        }
        // handle closed, resumed at once
        loggedIn(person) { account ->
            var r = account.startReset()
            r.untilKey()
            repeat(30) { i ->
                r.close()
                try { r = account.resumeReset() } catch (e: ResetException) { println("resume $i after close: ${e::class.simpleName}"); throw e }
            }
        }
    }
}
