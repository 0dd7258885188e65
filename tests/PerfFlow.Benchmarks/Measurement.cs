using System.Text.Json.Serialization;

namespace PerfFlow.Benchmarks;

/// <summary>A figure as it is printed; what does not apply is left out.</summary>
public sealed record Measurement(string Name)
{
    /// <summary>Which of several figures under one name, such as the viewer of an inbox.</summary>
    public string? Part { get; init; }

    /// <summary>Ours per second through the reference's per second, in the same run.</summary>
    public double? Ratio { get; init; }

    public double? PerSecond { get; init; }

    public double? P50Ms { get; init; }

    public double? P99Ms { get; init; }

    public double? Seconds { get; init; }

    /// <summary>Stored or resident, as the benchmark says.</summary>
    public long? Bytes { get; init; }

    /// <summary>Managed memory per operation.</summary>
    public long? AllocatedBytes { get; init; }

    /// <summary>What is asked of the figure.</summary>
    [JsonIgnore]
    public string Limit { get; init; } = "";

    [JsonIgnore]
    public bool Met { get; init; } = true;

    /// <summary>How it came about, for people.</summary>
    [JsonIgnore]
    public string Note { get; init; } = "";
}

/// <summary>One benchmark of the list.</summary>
/// <param name="Name">As given on the command line.</param>
/// <param name="What">A line of the list.</param>
/// <param name="RunAsync">Measures; writes progress for people through the log.</param>
internal sealed record Benchmark(string Name, string What, Func<Log, CancellationToken, Task<IReadOnlyList<Measurement>>> RunAsync);

/// <summary>Progress, on standard error.</summary>
internal sealed class Log
{
    private readonly TextWriter writer = Console.Error;

    public void Line(string text) => writer.WriteLine(text);
}
