using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using PerfFlow.Platform.Ui;
using Xunit;

namespace PerfFlow.Tests.Ui;

/// <summary>
/// English is the second language: the same keys and the same arguments as the Chinese texts, and no Chinese left in between.
/// </summary>
public sealed partial class EnglishTextsTests
{
    /// <summary>The face of the issued document is Chinese for every reader; so are titles of official documents and forms.</summary>
    private static readonly string[] Official =
    [
        "notices.sheet.head", "notices.sheet.number", "notices.sheet.all", "notices.sheet.departments", "notices.sheet.towns",
        "notices.sheet.attachments", "notices.sheet.contact", "notices.sheet.date", "notices.sheet.printed",
    ];

    private static readonly string[] AllowedWords =
    [
        "中文", "〔{1}〕", "关于编报2024年部门预算项目支出绩效目标的通知", "项目支出绩效目标申报表",
    ];

    /// <summary>Measure words that English does without.</summary>
    private static readonly string[] MayBeEmpty = ["inbox.piece"];

    private static readonly Dictionary<string, string> Chinese = Read(TextCatalogue.Chinese);
    private static readonly Dictionary<string, string> English = Read(TextCatalogue.English);

    [Fact]
    public void EnglishKey_HasChineseText() => AssertNone("In English only", English.Keys.Except(Chinese.Keys, StringComparer.Ordinal));

    [Fact]
    public void ChineseKey_HasEnglishText() => AssertNone("No English text", Chinese.Keys.Except(English.Keys, StringComparer.Ordinal));

    [Fact]
    public void EnglishText_TakesTheSameArguments() => AssertNone("Other arguments than in Chinese", Both().Where(key => !Arguments(Chinese[key]).SetEquals(Arguments(English[key]))));

    [Fact]
    public void EnglishText_IsWritten() => AssertNone("Empty", English.Where(text => text.Value.Length == 0).Select(text => text.Key).Except(MayBeEmpty, StringComparer.Ordinal));

    [Fact]
    public void EnglishText_HoldsNoChinese() => AssertNone(
        "Chinese characters or full-width punctuation",
        English.Where(text => !Official.Contains(text.Key, StringComparer.Ordinal) && FullWidth().IsMatch(WithoutAllowed(text.Value))).Select(text => text.Key));

    private static void AssertNone(string what, IEnumerable<string> keys)
    {
        var listed = keys.Order(StringComparer.Ordinal).ToList();
        Assert.True(listed.Count == 0, $"{what} ({listed.Count}): {string.Join(", ", listed)}");
    }

    private static IEnumerable<string> Both() => English.Keys.Where(Chinese.ContainsKey);

    /// <summary>The names of the arguments, numbers or words; their formats may differ, as {2:00} in a date.</summary>
    private static HashSet<string> Arguments(string text) => [.. Argument().Matches(text).Select(argument => argument.Groups["name"].Value)];

    private static string WithoutAllowed(string text) => AllowedWords.Aggregate(text, (rest, word) => rest.Replace(word, "", StringComparison.Ordinal));

    /// <summary>Read apart from the catalogue, which would answer a missing English text with the Chinese one.</summary>
    private static Dictionary<string, string> Read(string language)
    {
        var assembly = typeof(TextCatalogue).Assembly;
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith($".texts.{language}.json", StringComparison.Ordinal)))
        {
            foreach (var (key, text) in Entries(assembly, name))
            {
                texts.Add(key, text);
            }
        }

        return texts;
    }

    private static Dictionary<string, string> Entries(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        return JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
    }

    [GeneratedRegex(@"\{(?<name>[a-z0-9]+)(:[^}]*)?\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Argument();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}|\p{IsCJKSymbolsandPunctuation}|\p{IsHalfwidthandFullwidthForms}|[“”‘’…]", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FullWidth();
}
