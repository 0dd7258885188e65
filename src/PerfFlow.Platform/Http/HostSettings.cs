using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Http;

/// <summary>What a process must know before it can build its host; everything else is configuration.</summary>
public sealed record HostSettings
{
    public ServiceRole Roles { get; init; } = ServiceRole.All;

    public required Databases Databases { get; init; }

    /// <summary>Keys and received files live below it; never relative.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where to listen; port 0 takes a free one.</summary>
    public required string Url { get; init; }

    /// <summary>Null = in memory, for which all roles must run in this process.</summary>
    public string? RabbitMq { get; init; }

    /// <summary>Configuration that stands over the settings file: addresses of servers that a test or the demo started.</summary>
    public IReadOnlyDictionary<string, string?> Extra { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>System time; tests move it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
