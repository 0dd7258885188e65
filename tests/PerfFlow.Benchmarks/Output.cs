using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PerfFlow.Benchmarks;

/// <summary>Figures as a table for people or as one JSON object per line.</summary>
internal static class Output
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private static readonly string[] Head = ["name", "part", "ratio", "per second", "p50 ms", "p99 ms", "seconds", "bytes", "allocated", "asked", "met"];

    public static async Task JsonAsync(IEnumerable<Measurement> figures)
    {
        foreach (var figure in figures)
        {
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(figure, Json));
        }
    }

    public static async Task TableAsync(IReadOnlyList<Measurement> figures)
    {
        var rows = new List<string[]> { Head };
        rows.AddRange(figures.Select(Row));
        var used = Enumerable.Range(0, Head.Length).Where(c => rows.Skip(1).Any(r => r[c].Length > 0)).ToArray();
        foreach (var row in rows)
        {
            await Console.Out.WriteLineAsync(string.Join("  ", used.Select(c => c < 2 ? row[c].PadRight(rows.Max(r => r[c].Length)) : row[c].PadLeft(rows.Max(r => r[c].Length)))).TrimEnd());
        }

        foreach (var figure in figures.Where(f => f.Note.Length > 0))
        {
            await Console.Out.WriteLineAsync($"{figure.Name}{(figure.Part is { } part ? " " + part : "")}: {figure.Note}");
        }
    }

    public static async Task ListAsync(IEnumerable<Benchmark> benchmarks)
    {
        foreach (var benchmark in benchmarks)
        {
            await Console.Out.WriteLineAsync($"{benchmark.Name,-12} {benchmark.What}");
        }
    }

    private static string[] Row(Measurement f) =>
    [
        f.Name, f.Part ?? "", Number(f.Ratio, "0.00"), Number(f.PerSecond, "#,0"), Number(f.P50Ms, "0.0"), Number(f.P99Ms, "0.0"),
        Number(f.Seconds, "0.00"), Number(f.Bytes, "#,0"), Number(f.AllocatedBytes, "#,0"), f.Limit, f.Limit.Length == 0 ? "" : f.Met ? "yes" : "NO",
    ];

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
