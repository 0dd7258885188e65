using System.Text.Json;

namespace PerfFlow.Platform.Demo;

/// <summary>The sentence patterns of the demo content: several per key, so that filings do not read alike.</summary>
internal static class DemoSentences
{
    private static readonly Lazy<IReadOnlyDictionary<string, string[]>> Patterns = new(Load);

    /// <summary>The pattern of the key for the n-th filing, with its names in braces filled.</summary>
    public static string Pick(string key, int n, IReadOnlyDictionary<string, string> names)
    {
        var patterns = Patterns.Value[key];
        var text = patterns[n % patterns.Length];
        foreach (var (name, value) in names)
        {
            text = text.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>What is written beside a warning that is let stand.</summary>
    public static string Explain(string code, int n) => Pick(Patterns.Value.ContainsKey($"explain.{code}") ? $"explain.{code}" : "explain.any", n);

    /// <summary>The pattern without any name in it.</summary>
    public static string Pick(string key, int n) => Pick(key, n, NoNames);

    private static readonly Dictionary<string, string> NoNames = [];

    private static Dictionary<string, string[]> Load() =>
        Read("sentences.data.json").Concat(Read("sentences.year.data.json")).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, string[]>> Read(string file)
    {
        using var stream = typeof(DemoSentences).Assembly.GetManifestResourceStream($"PerfFlow.Platform.Demo.Content.{file}")
            ?? throw new InvalidOperationException($"The sentence patterns {file} are not in the assembly.");
        using var document = JsonDocument.Parse(stream);
        return
        [
            .. document.RootElement.EnumerateObject().Select(p => KeyValuePair.Create(
                p.Name,
                p.Value.ValueKind == JsonValueKind.Array ? [.. p.Value.EnumerateArray().Select(v => v.GetString()!)] : new[] { p.Value.GetString()! })),
        ];
    }
}
