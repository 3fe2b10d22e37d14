import Alerts
import Foundation
import Testing

@Suite struct WebhookTests {
  static func lane(_ url: URL, capacity: Int = 100, _ backoff: Backoff = .quick, whole: Int = 400) -> AlertLane {
    var patience = WebhookSink.Patience()
    patience.connect = whole
    patience.whole = whole
    return AlertLane(name: "webhook", capacity: capacity, backoff: backoff) { [patience] in
      WebhookSink(url: url, application: "ascribe/test", patience: patience)
    }
  }

  @Test func alertIsPostedAsJSON() throws {
    let receiver = try WebhookReceiver { _ in .status(204) }
    let lane = Self.lane(receiver.url)
    #expect(lane.offer(.sample(7)))
    #expect(eventually { lane.figures.taken == 1 })
    let request = try #require(receiver.requests.value.first)
    #expect(request.head.hasPrefix("POST /hook/secret HTTP/1.1\r\n"))
    #expect(request.head.contains("\r\nContent-Type: application/json"))
    #expect(request.head.contains("\r\nIdempotency-Key: \"C1a2b3-7\""))
    #expect(request.head.contains("\r\nUser-Agent: ascribe/test"))
    #expect(request.body == "{\"number\":7}")
    lane.close()
  }

  @Test func receiverThatFailsTwiceGetsEachAlertOnce() throws {
    let receiver = try WebhookReceiver { $0 <= 2 ? .status($0 == 1 ? 500 : 503) : .status(200) }
    let lane = Self.lane(receiver.url)
    for number in 1...3 { #expect(lane.offer(.sample(UInt64(number)))) }
    #expect(eventually { lane.figures.taken == 3 })
    #expect(receiver.requests.value.map(\.body) == [1, 1, 1, 2, 3].map { "{\"number\":\($0)}" })
    #expect(lane.figures.retries == 2)
    #expect(lane.figures.dropped == 0)
    #expect(lane.figures.fault == nil)
    lane.close()
  }

  @Test func receiverThatHangsIsLeft() throws {
    let receiver = try WebhookReceiver { $0 == 1 ? .hang : .status(200) }
    let lane = Self.lane(receiver.url, whole: 200)
    #expect(lane.offer(.sample()))
    #expect(eventually { lane.figures.taken == 1 })
    #expect(lane.figures.retries == 1)
    lane.close()
  }

  @Test func connectionThatClosesIsMadeAgain() throws {
    let receiver = try WebhookReceiver { $0 == 2 ? .close : .status(200) }
    let lane = Self.lane(receiver.url)
    for number in 1...3 { #expect(lane.offer(.sample(UInt64(number)))) }
    #expect(eventually { lane.figures.taken == 3 })
    lane.close()
  }

  @Test func receiverThatIsDownForAWhileGetsAllLater() throws {
    let first = try WebhookReceiver { _ in .status(200) }
    let (port, url) = (first.socket.port, first.url)
    let lane = Self.lane(url)
    #expect(lane.offer(.sample(1)))
    #expect(eventually { lane.figures.taken == 1 })
    first.stop()
    // A connection to a port nobody listens on is refused.
    for number in 2...20 { #expect(lane.offer(.sample(UInt64(number)))) }
    _ = eventually { lane.figures.retries > 12 }
    let second = try WebhookReceiver(port: port) { _ in .status(200) }
    #expect(eventually { lane.figures.taken == 20 })
    #expect(lane.figures.dropped == 0)
    let bodies = (first.requests.value + second.requests.value).map(\.body)
    #expect(Set(bodies) == Set((1...20).map { "{\"number\":\($0)}" }))
    lane.close()
  }

  @Test func answerThatWillNotChangeIsNotAskedForAgain() throws {
    let receiver = try WebhookReceiver { _ in .status(403) }
    let lane = Self.lane(receiver.url)
    #expect(lane.offer(.sample()))
    #expect(eventually { lane.figures.dropped == 1 })
    #expect(receiver.requests.value.count == 1)
    // The path may be the secret of a webhook.
    #expect(lane.figures.fault == "http://127.0.0.1 answers 403")
    lane.close()
  }

  @Test func alertThatAlwaysFailsIsGivenUpAndTheNextIsTried() throws {
    let receiver = try WebhookReceiver { $0 <= 10 ? .status(500) : .status(200) }
    let lane = Self.lane(receiver.url)
    #expect(lane.offer(.sample(1)))
    #expect(lane.offer(.sample(2)))
    #expect(eventually { lane.figures.taken == 1 })
    #expect(lane.figures.dropped == 1)
    #expect(receiver.requests.value.last?.body == "{\"number\":2}")
    lane.close()
  }

  @Test func redirectIsNotFollowed() throws {
    let receiver = try WebhookReceiver { _ in .status(302) }
    let lane = Self.lane(receiver.url)
    #expect(lane.offer(.sample()))
    #expect(eventually { lane.figures.dropped == 1 })
    lane.close()
  }

  @Test func deadReceiverNeverSlowsTheFeed() throws {
    let receiver = try WebhookReceiver { _ in .hang }
    let lane = Self.lane(receiver.url, capacity: 1_000, whole: 60_000)
    let desk = AlertDesk(lanes: [lane])
    let alert = Alert.sample()
    let start = ContinuousClock.now
    for _ in 0..<100_000 { desk.tell(alert) }
    let time = ContinuousClock.now - start
    #expect(time < .seconds(2))
    #expect(lane.figures.waiting == 1_000)
    #expect(lane.figures.dropped == 99_000)
    // The end waits as long as it is told to, not for the receiver.
    desk.beginEnding(within: .milliseconds(200))
    desk.tell(alert)
    desk.close()
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test(arguments: [
    "ftp://host/", "file:///etc/passwd", "http://", "host:80", "", "javascript:1", "http:///path",
  ])
  func onlyWebAddressesAreTaken(text: String) { #expect(WebhookSink.url(text) == nil) }
}
