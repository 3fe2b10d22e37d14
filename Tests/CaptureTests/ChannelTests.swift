import Capture
import POSIX
import Testing

struct ChannelTests {
  @Test func `who sends to a closed channel learns it, also who waits for room`() {
    let channel = Channel<Int>(capacity: 1)
    #expect(channel.send(1))
    let answers = Channel<Bool>()
    #expect(startThread { answers.send(channel.send(2)) })
    channel.close()
    #expect(answers.receive() == false)
    #expect(channel.receive() == 1)
    #expect(channel.receive() == nil)
  }
}
