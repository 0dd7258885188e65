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

    private static Dictionary<string, string[]> Load()
    {
        using var stream = typeof(DemoSentences).Assembly.GetManifestResourceStream("PerfFlow.Platform.Demo.Content.sentences.data.json")
            ?? throw new InvalidOperationException("The sentence patterns are not in the assembly.");
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.EnumerateObject().ToDictionary(
            p => p.Name,
            p => p.Value.ValueKind == JsonValueKind.Array ? [.. p.Value.EnumerateArray().Select(v => v.GetString()!)] : new[] { p.Value.GetString()! },
            StringComparer.Ordinal);
    }
}
