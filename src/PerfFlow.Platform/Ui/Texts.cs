using System.Globalization;
using System.Reflection;
using System.Text.Json;
using PerfFlow.Engine.Definitions;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Ui;

/// <summary>
/// Every sentence a user reads, by key, in one language: <c>T["ui.errors", count]</c>.
/// Scoped: in a request the language is that of the cookie <c>lang</c>, elsewhere zh-CN.
/// </summary>
public sealed class Texts(TextCatalogue catalogue, string language)
{
    /// <summary>The language of the sentences, for the lang attribute of the page: zh-CN or en.</summary>
    public string Language => language;

    /// <summary>The sentence of a key with {0}, {1} … filled in; arguments are put in as they are, so format numbers and dates before (<see cref="Show"/>).</summary>
    public string this[string key, params ReadOnlySpan<object?> args] => args.IsEmpty
        ? catalogue.Find(language, key)
        : string.Format(CultureInfo.InvariantCulture, catalogue.Find(language, key), args);

    /// <summary>The sentence of a refusal: <c>refusal.&lt;code&gt;</c>.</summary>
    public string Refusal(Refusal refusal) => this["refusal." + refusal.Code, [.. refusal.Args.Select(arg => arg switch { Reason reason => Reason(reason), TextKey named => this[named.Key], _ => arg })]];

    /// <summary>The sentence of what the engine says of a definition or an expression: <c>reason.&lt;code&gt;</c>, with the column if it has one.</summary>
    public string Reason(Reason reason)
    {
        // Three is the most that a sentence names; one whose reason names less would not be worth an exception.
        var said = this["reason." + reason.Code, [.. reason.Args, "", "", ""]];
        return reason.Column > 0 ? this["reason.column", said, reason.Column] : said;
    }

    /// <summary>The sentence of an incident's message: that of a reason, or the definition's own words.</summary>
    public string Incident(string message) => PerfFlow.Engine.Definitions.Reason.Read(message) is { } reason ? Reason(reason) : message;

    /// <summary>Whether the key has a sentence, for optional parts such as the help of a field.</summary>
    public bool Has(string key) => catalogue.Has(key);
}

/// <summary>What a refusal names where that has words of its own, such as a role.</summary>
public sealed record TextKey(string Key);

/// <summary>
/// The texts of all features, read from the embedded files texts.zh-CN.json and texts.en.json. Singleton.
/// A key that two files define is an error at start, since the reader would see either.
/// </summary>
public sealed class TextCatalogue
{
    public const string Chinese = "zh-CN";
    public const string English = "en";

    private readonly Dictionary<string, Dictionary<string, string>> languages = new(StringComparer.Ordinal);
    private readonly bool strict;

    /// <summary>Reads the files of both languages.</summary>
    /// <param name="assembly">Where the files are embedded.</param>
    /// <param name="strict">A missing key throws (development, tests) instead of showing the key (production).</param>
    public TextCatalogue(Assembly assembly, bool strict)
    {
        this.strict = strict;
        foreach (var language in (string[])[Chinese, English])
        {
            languages[language] = Read(assembly, language);
        }
    }

    /// <summary>The keys that have a Chinese sentence.</summary>
    public IReadOnlyCollection<string> Keys => languages[Chinese].Keys;

    /// <summary>The texts in a language that is named outside a request, such as that of a recipient.</summary>
    public Texts In(string? language) => new(this, Known(language));

    internal static string Known(string? language) =>
        language is not null && language.StartsWith(English, StringComparison.OrdinalIgnoreCase) ? English : Chinese;

    internal bool Has(string key) => languages[Chinese].ContainsKey(key);

    internal string Find(string language, string key)
    {
        if (languages[language].TryGetValue(key, out var text) || languages[Chinese].TryGetValue(key, out text))
        {
            return text;
        }

        return strict ? throw new KeyNotFoundException($"No text for the key '{key}' in any texts.{Chinese}.json.") : key;
    }

    private static Dictionary<string, string> Read(Assembly assembly, string language)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith($".texts.{language}.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var json = JsonDocument.Parse(stream);
            foreach (var entry in json.RootElement.EnumerateObject())
            {
                if (!texts.TryAdd(entry.Name, entry.Value.GetString()!))
                {
                    throw new InvalidOperationException($"The text key '{entry.Name}' is defined twice; the second time in {name}.");
                }
            }
        }

        return texts;
    }
}
