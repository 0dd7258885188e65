using System.Reflection;
using System.Text.RegularExpressions;
using PerfFlow.Engine;
using PerfFlow.Platform.Ui;
using Xunit;

namespace PerfFlow.Tests.Ui;

/// <summary>Every key that the sources name has a sentence, and every sentence keeps to the rules of Chinese typesetting.</summary>
public sealed partial class TextKeys
{
    private static readonly TextCatalogue Catalogue = new(typeof(TextCatalogue).Assembly, strict: true);

    [Fact]
    public void KeyInSource_HasText()
    {
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in SourceTree.Files(".razor", ".cs").Where(InPlatform))
        {
            foreach (var literal in Reads().Matches(File.ReadAllText(file)).SelectMany(read => Literals().Matches(read.Groups["inside"].Value)).Select(l => l.Groups["text"].Value))
            {
                var known = literal.EndsWith('.') ? Catalogue.Keys.Any(k => k.StartsWith(literal, StringComparison.Ordinal)) : Catalogue.Keys.Contains(literal);
                if (Key().IsMatch(literal) && !known)
                {
                    missing.Add($"{literal} ({Path.GetRelativePath(SourceTree.Root, file)})");
                }
            }
        }

        Assert.True(missing.Count == 0, "No text for: " + string.Join(", ", missing));
    }

    [Fact]
    public void RefusalInSource_HasText()
    {
        var codes = SourceTree.Files(".cs").Where(InPlatform).SelectMany(f => Refusals().Matches(File.ReadAllText(f))).Select(m => m.Groups["code"].Value)
            .Concat(typeof(RefusalCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!));
        var missing = codes.Where(c => !Catalogue.Keys.Contains("refusal." + c)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        Assert.True(missing.Count == 0, "No text refusal.<code> for: " + string.Join(", ", missing));
    }

    [Fact]
    public void ChineseSentence_HasFullWidthPunctuation()
    {
        var texts = Catalogue.In(TextCatalogue.Chinese);
        var wrong = Catalogue.Keys.Where(k => HalfWidth().IsMatch(texts[k])).Order(StringComparer.Ordinal).ToList();
        Assert.True(wrong.Count == 0, "Half-width punctuation beside Chinese: " + string.Join(", ", wrong));
    }

    [Fact]
    public void UnknownKey_ThrowsWhenStrict_ElseShowsTheKey()
    {
        Assert.Throws<KeyNotFoundException>(() => Catalogue.In(null)["ui.there-is-no-such-key"]);
        var lenient = new TextCatalogue(typeof(TextCatalogue).Assembly, strict: false);
        Assert.Equal("ui.there-is-no-such-key", lenient.In(null)["ui.there-is-no-such-key"]);
    }

    [Fact]
    public void KeyWithoutEnglish_FallsBackToChinese()
    {
        // The catalogue of English may lag behind; a Chinese sentence is better than a key.
        Assert.All(Catalogue.Keys, key => Assert.NotEqual(key, Catalogue.In(TextCatalogue.English)[key]));
    }

    /// <summary>Intake and Notifications have texts of their own, which never meet these.</summary>
    private static bool InPlatform(string file) => file.Contains("PerfFlow.Platform", StringComparison.Ordinal);

    [GeneratedRegex(@"\b(?:T|texts)\[(?<inside>[^\]]*)\]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Reads();

    [GeneratedRegex("\"(?<text>[^\"{]*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Literals();

    [GeneratedRegex(@"^[a-z][a-z0-9-]*(\.[A-Za-z0-9-]+)+\.?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Key();

    [GeneratedRegex("""Refusal(?:\.\w+)?\("(?<code>[a-z0-9-]+)"|RefusalCode\s*=\s*"(?<code>[a-z0-9-]+)""" + "\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Refusals();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}[,;:!?()](?!\d)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex HalfWidth();
}
