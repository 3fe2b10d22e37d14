// swift-tools-version: 6.2
import PackageDescription

/// Every target is compiled alike: Swift 6 mode, strict memory safety, warnings are errors.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func cLibrary(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

// The targets stand in the order in which a packet passes them; none imports one below it.
let package = Package(
  name: "ascribe",
  products: [
    .executable(name: "ascribe", targets: ["ascribe"]),
    .library(
      name: "AscribeKit",
      targets: ["Packets", "Cryptography", "Capture", "Catalog", "Inspection", "Flows", "Assessment", "Reports"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    cLibrary("CPcap", pkgConfig: "libpcap", apt: "libpcap-dev"),
    cLibrary("CISAL", pkgConfig: "libisal", apt: "libisal-dev"),
    cLibrary("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
    cLibrary("CLZ4", pkgConfig: "liblz4", apt: "liblz4-dev"),
    cLibrary("CLZMA", pkgConfig: "liblzma", apt: "liblzma-dev"),
    cLibrary("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
    cLibrary("CMaxMind", pkgConfig: "libmaxminddb", apt: "libmaxminddb-dev"),
    cLibrary("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
    cLibrary("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    cLibrary("CSeccomp", pkgConfig: "libseccomp", apt: "libseccomp-dev"),
    // Headers alone: no library stands behind them.
    .systemLibrary(name: "CPrefetch"),
    .systemLibrary(name: "CSpawn"),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CPrivileges"),

    library("POSIX", [system]),
    library("Packets", []),
    library("Cryptography", ["CCrypto"]),
    library("Capture", ["POSIX", "Packets", "Cryptography", "CPcap", "CISAL", "CZstd", "CLZ4", "CLZMA", system]),
    library("Catalog", ["Packets", "Cryptography", "CMaxMind", "CYAML"]),
    library("Inspection", ["Packets", "Cryptography"]),
    library("Flows", ["Packets", "Cryptography", "Catalog", "Inspection", "CPrefetch"]),
    library("Assessment", ["Packets", "Cryptography", "Inspection", "Flows", "Catalog"]),
    library(
      "CaseStore",
      [
        "Packets", "Cryptography", "Capture", "Catalog", "Inspection", "Flows", "Assessment", system,
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    library(
      "Reports",
      [
        "POSIX", "Packets", "Cryptography", "Capture", "Catalog", "Inspection", "Flows", "Assessment",
        .product(name: "Mustache", package: "swift-mustache"),
      ]),
    library(
      "Alerts",
      [
        "POSIX", "Packets", "Capture", "Assessment", "CCurl", "CSpawn", system,
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    library("Privileges", ["POSIX", "CPrivileges", "CSeccomp", system]),
    library("Screens", ["Packets", "Assessment"]),
    .executableTarget(
      name: "ascribe",
      dependencies: [
        "POSIX", "Packets", "Cryptography", "Capture", "Catalog", "Flows", "Assessment", "CaseStore", "Reports",
        "Alerts", "Privileges", "Screens", "CMalloc", system,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),

    .target(
      name: "TestSupport", dependencies: ["Packets", "Capture", "Catalog", "Flows", "Assessment"],
      path: "Tests/TestSupport", swiftSettings: settings),
    tests("PacketsTests", ["Packets", "TestSupport"]),
    tests("CaptureTests", ["POSIX", "Capture", "Packets", "Cryptography", "TestSupport"]),
    .testTarget(
      name: "CatalogTests", dependencies: ["Catalog", "Packets", "TestSupport"], exclude: ["Planted"],
      swiftSettings: settings),
    tests("InspectionTests", ["Inspection", "Packets", "Cryptography", "TestSupport"]),
    tests("FlowsTests", ["Flows", "Inspection", "Catalog", "Packets", "Cryptography", "TestSupport"]),
    tests(
      "AssessmentTests",
      ["Assessment", "Cryptography", "Inspection", "Flows", "Catalog", "Capture", "Packets", "TestSupport"]),
    tests(
      "CaseStoreTests",
      [
        "CaseStore", "Assessment", "Inspection", "Flows", "Catalog", "Capture", "Packets", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    tests("ReportsTests", ["Reports", "Assessment", "Capture", "Flows", "Catalog", "Packets", "TestSupport"]),
    tests("AlertsTests", ["Alerts", "Assessment", "Capture", "POSIX", "Packets"]),
    tests("PrivilegesTests", ["Privileges", "CPrivileges"]),
    tests("ScreensTests", ["Screens", "Assessment", "Packets"]),
    tests(
      "ConformanceTests", ["Capture", "Flows", "Inspection", "Catalog", "Packets", "Cryptography", "TestSupport"]),
    .target(
      name: "FuzzTargets",
      dependencies: ["Packets", "Cryptography", "Capture", "Catalog", "Inspection", "Flows", "Assessment"],
      path: "Fuzz/Targets",
      swiftSettings: settings),
    tests("FuzzReplayTests", ["FuzzTargets"]),
    .testTarget(
      name: "ascribeTests",
      dependencies: [
        "ascribe", "Alerts", "Assessment", "Capture", "CaseStore", "Catalog", "Cryptography", "Flows", "Packets",
        "Reports", "TestSupport", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["Help"],
      swiftSettings: settings),
  ]
)
