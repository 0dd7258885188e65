using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Intake.Layouts;

/// <summary>
/// The sentences that Intake writes into workbooks and answers, from <c>texts.&lt;language&gt;.json</c>.
/// An unknown language is answered in Chinese.
/// </summary>
internal sealed class IntakeTexts
{
    private const string Default = "zh-CN";
    private static readonly ConcurrentDictionary<string, IntakeTexts> Loaded = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _texts;

    private IntakeTexts(Dictionary<string, string> texts) => _texts = texts;

    public static IntakeTexts For(string? language) =>
        Loaded.GetOrAdd(Exists(language) ? language! : Default, static l => new IntakeTexts(Load(l)));

    /// <summary>All keys, for the test that every code has its sentences.</summary>
    public IReadOnlyCollection<string> Keys => _texts.Keys;

    public string this[string key, params IReadOnlyList<string> args] => _texts.TryGetValue(key, out var text)
        ? string.Format(CultureInfo.InvariantCulture, text, [.. args])
        : key;

    /// <summary>The fault with its sentences.</summary>
    public IntakeProblem Problem(LayoutFault fault) => new(
        fault.Place, fault.Value, fault.Code, fault.Args, this[fault.Code + ".wrong", fault.Args], this[fault.Code + ".remedy", fault.Args], fault.Blocks);

    private static bool Exists(string? language) => language is { Length: > 0 and < 20 }
        && Assembly.GetExecutingAssembly().GetManifestResourceInfo(ResourceName(language)) is not null;

    private static string ResourceName(string language) => $"PerfFlow.Intake.Layouts.texts.{language}.json";

    private static Dictionary<string, string> Load(string language)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(ResourceName(language))!;
        return JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
    }
}
