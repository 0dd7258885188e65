using System.Text.RegularExpressions;
using Xunit;

namespace PerfFlow.Tests.Ui;

/// <summary>What the sources of pages must not and must contain.</summary>
public sealed partial class Sources
{
    [Fact]
    public void Page_HasNoInlineStyleOrScript()
    {
        var wrong = SourceTree.Files(".razor").Where(f => Inline().IsMatch(File.ReadAllText(f))).Select(Path.GetFileName);
        Assert.Empty(wrong);
    }

    [Fact]
    public void IconInSource_IsInTheSprite()
    {
        var known = File.ReadLines(Path.Combine(SourceTree.Root, "src", "PerfFlow.Platform", "Ui", "icons.txt")).Where(l => !l.StartsWith('#')).ToHashSet(StringComparer.Ordinal);
        var used = SourceTree.Files(".razor").SelectMany(f => Icons().Matches(File.ReadAllText(f))).Concat(SourceTree.Files(".cs").SelectMany(f => MenuIcons().Matches(File.ReadAllText(f)))).Select(m => m.Groups["name"].Value);
        Assert.Empty(used.Where(n => !known.Contains(n)).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void LockFile_HasNoAddresses()
    {
        var text = File.ReadAllText(Path.Combine(SourceTree.Root, "src", "PerfFlow.Platform", "package-lock.json"));
        Assert.DoesNotContain("\"resolved\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Script_IsShort() => Assert.All(
        Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "src", "PerfFlow.Platform", "wwwroot", "js")),
        f => Assert.True(File.ReadLines(f).Count() <= 150, f));

    [GeneratedRegex("""\sstyle\s*=|<style|<script(?![^>]*src=)|\son[a-z]+\s*=\s*["']|javascript:""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Inline();

    [GeneratedRegex("""<Icon\s+Name="(?<name>[a-z0-9-]+)"|\bIcon="(?<name>[a-z0-9-]+)""" + "\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Icons();

    [GeneratedRegex("""new MenuItem\([^,]+,\s*"[^"]*",\s*"(?<name>[a-z0-9-]+)""" + "\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex MenuIcons();
}
