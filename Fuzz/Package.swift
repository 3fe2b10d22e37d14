// swift-tools-version: 6.2
import PackageDescription

// Coverage-guided fuzzing with libFuzzer, which comes with Swift on Linux. Fuzz/run builds and starts it.
let package = Package(
  name: "fuzz",
  dependencies: [.package(name: "ascribe", path: "..")],
  targets: [
    .target(
      name: "FuzzTargets", dependencies: [.product(name: "AscribeKit", package: "ascribe")], path: "Targets"),
    .executableTarget(
      name: "fuzz", dependencies: ["FuzzTargets"],
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
  ]
)
