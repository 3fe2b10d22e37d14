import Alerts
import Assessment
import Foundation
import Testing

@Suite struct HookTests {
  static func lane(_ command: String, threads: Int = 1, seconds: Double = 10, _ exits: HookSink.Exits) -> AlertLane {
    AlertLane(name: "exec", threads: threads, backoff: .quick) {
      HookSink(command: command, seconds: seconds, exits: exits)
    }
  }

  @Test func lineComesOnStandardInputAndNowhereElse() throws {
    let folder = try TestFolder()
    let exits = HookSink.Exits()
    let lane = Self.lane(
      "cat > \(folder.path("in")); echo \"$#\" > \(folder.path("count")); env > \(folder.path("env"))", exits)
    // What a shell would act on, if it ever saw it as anything but input.
    let hostile = "$(touch \(folder.path("owned")))`touch \(folder.path("owned"))`;\"'&|\u{202E}\u{1}\n"
    let alert = Alert(
      uid: hostile, verdict: .exclusive, reason: .direct, grade: "E4", actor: hostile, claim: hostile,
      isProvisional: false, number: 1, time: Alert.sample().time, interval: CaptureInterval(), json: hostile,
      text: hostile)
    #expect(lane.offer(alert))
    #expect(eventually { lane.figures.taken == 1 })
    #expect(folder.text("in") == hostile + "\n")
    #expect(folder.text("count") == "0\n")
    #expect(!folder.text("env").contains("touch"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("owned")))
    #expect(exits.counts == ["0": 1])
    lane.close()
  }

  @Test func exitCodesAreCounted() throws {
    let exits = HookSink.Exits()
    let lane = Self.lane("read line; case $line in *1*) exit 3;; *2*) kill -9 $$;; esac", exits)
    for number in 1...3 { #expect(lane.offer(.sample(UInt64(number)))) }
    #expect(eventually { lane.figures.waiting == 0 })
    #expect(exits.counts == ["3": 1, "signal": 1, "0": 1])
    #expect(lane.figures.taken == 1)
    #expect(lane.figures.dropped == 2)
    lane.close()
  }

  @Test func commandThatTakesTooLongIsKilledWithItsChildren() throws {
    let folder = try TestFolder()
    let exits = HookSink.Exits()
    let lane = Self.lane("trap '' TERM; (sleep 2; touch \(folder.path("late"))) & sleep 30", seconds: 0.2, exits)
    let start = ContinuousClock.now
    #expect(lane.offer(.sample()))
    #expect(eventually { lane.figures.dropped == 1 })
    #expect(ContinuousClock.now - start < .seconds(4))
    #expect(exits.counts == ["timeout": 1])
    lane.close()
    usleep(1_200_000)
    #expect(!FileManager.default.fileExists(atPath: folder.path("late")))
  }

  /// The command ends when it is asked to, what it started does not.
  @Test func childrenThatIgnoreTheRequestAreKilledToo() throws {
    let folder = try TestFolder()
    let exits = HookSink.Exits()
    let lane = Self.lane(
      "sh -c 'trap \"\" TERM; echo $$ > \(folder.path("child")); sleep 2; touch \(folder.path("late"))' & wait",
      seconds: 0.5, exits)
    #expect(lane.offer(.sample()))
    #expect(eventually { lane.figures.dropped == 1 })
    #expect(exits.counts == ["timeout": 1])
    #expect(!folder.text("child").isEmpty)
    lane.close()
    usleep(2_200_000)
    #expect(!FileManager.default.fileExists(atPath: folder.path("late")))
  }

  @Test func commandsEndWithTheCapture() throws {
    let folder = try TestFolder()
    let exits = HookSink.Exits()
    let lane = Self.lane("echo >> \(folder.path("log")); sleep 3; touch \(folder.path("late"))", exits)
    for number in 1...2 { #expect(lane.offer(.sample(UInt64(number)))) }
    #expect(eventually { folder.text("log") == "\n" })
    lane.close()
    exits.endAll()
    #expect(eventually { lane.figures.dropped == 2 })
    #expect(exits.counts == ["signal": 1])
    usleep(3_200_000)
    #expect(!FileManager.default.fileExists(atPath: folder.path("late")))
    #expect(folder.text("log") == "\n")
  }

  @Test func soManyRunAtOnceAndNoMore() throws {
    let folder = try TestFolder()
    let exits = HookSink.Exits()
    let lane = Self.lane(
      "echo + >> \(folder.path("log")); sleep 0.2; echo - >> \(folder.path("log"))", threads: 3, exits)
    for number in 1...9 { #expect(lane.offer(.sample(UInt64(number)))) }
    #expect(eventually { lane.figures.taken == 9 })
    var (running, most) = (0, 0)
    for mark in folder.text("log").split(separator: "\n") {
      running += mark == "+" ? 1 : -1
      most = max(most, running)
    }
    #expect(most == 3)
    lane.close()
  }

  @Test func inputThatIsNotReadHoldsNobodyUp() throws {
    let exits = HookSink.Exits()
    let lane = Self.lane("exit 0", exits)
    let alert = Alert.sample()
    let long = Alert(
      uid: alert.uid, verdict: .exclusive, reason: .direct, grade: "E4", actor: nil, claim: nil, isProvisional: false,
      number: 1, time: alert.time, interval: CaptureInterval(), json: String(repeating: "x", count: 1 << 20), text: "")
    #expect(lane.offer(long))
    #expect(eventually { lane.figures.taken == 1 })
    lane.close()
  }

  @Test func nothingThatIsOpenIsInherited() throws {
    let folder = try TestFolder()
    let exits = HookSink.Exits()
    let socket = try ListeningSocket(stream: true)
    let lane = Self.lane("ls /proc/self/fd > \(folder.path("fds"))", exits)
    #expect(lane.offer(.sample()))
    #expect(eventually { lane.figures.taken == 1 })
    // 0, 1, 2, and the folder that ls reads.
    #expect(folder.text("fds") == "0\n1\n2\n3\n")
    #expect(socket.port > 0)
    lane.close()
  }
}
