using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PerfFlow.Notifications.Templates;

/// <summary>
/// Texts of messages by language, from <c>Templates/&lt;language&gt;.json</c>. A line that names something the message does
/// not have is left out; a language without a file is answered in zh-CN.
/// </summary>
internal sealed partial class MessageTexts
{
    private const string Standard = "zh-CN";

    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string[]>> languages = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The lines of a text with its names filled in, joined by line ends.</summary>
    public string Of(string language, string key, IReadOnlyDictionary<string, string?> values)
    {
        var texts = languages.GetOrAdd(language, Load);
        if (!texts.TryGetValue(key, out var lines) && !languages.GetOrAdd(Standard, Load).TryGetValue(key, out lines))
        {
            throw new InvalidOperationException($"Templates/{Standard}.json has no text {key}.");
        }

        return string.Join('\n', lines.Select(line => Fill(line, values, optional: lines.Length > 1)).OfType<string>());
    }

    private static string? Fill(string line, IReadOnlyDictionary<string, string?> values, bool optional)
    {
        var whole = true;
        var filled = Name().Replace(line, match =>
        {
            var value = values.GetValueOrDefault(match.Groups["name"].Value);
            whole &= !string.IsNullOrWhiteSpace(value);
            return value ?? "";
        });
        return whole || !optional ? filled.Trim() : null;
    }

    private static IReadOnlyDictionary<string, string[]> Load(string language)
    {
        var assembly = typeof(MessageTexts).Assembly;
        var resource = assembly.GetManifestResourceNames().FirstOrDefault(name => name.EndsWith($".Templates.{language}.json", StringComparison.OrdinalIgnoreCase));
        if (resource is null)
        {
            return new Dictionary<string, string[]>(StringComparer.Ordinal);
        }

        using var stream = assembly.GetManifestResourceStream(resource)!;
        using var json = JsonDocument.Parse(stream);
        return json.RootElement.EnumerateObject().ToDictionary(
            text => text.Name,
            text => text.Value.ValueKind == JsonValueKind.Array ? [.. text.Value.EnumerateArray().Select(line => line.GetString()!)] : new[] { text.Value.GetString()! },
            StringComparer.Ordinal);
    }

    [GeneratedRegex(@"\{(?<name>[a-zA-Z]+)\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
