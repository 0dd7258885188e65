using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Ui;
using PerfFlow.Tests.Ui;
using Xunit;

namespace PerfFlow.Tests.ParameterPages;

public sealed class EntriesOfTheRegister
{
    [Fact]
    public void EveryEntry_HasWords_AndAcceptsItsDefault()
    {
        var texts = new TextCatalogue(typeof(TextCatalogue).Assembly, strict: true).In(TextCatalogue.Chinese);
        Assert.All(ParameterEntries.All, entry =>
        {
            Assert.True(texts.Has(entry.NameKey), entry.Name);
            Assert.True(entry.Accepts(entry.Default), entry.Name);
            Assert.All(entry.Options, option => Assert.True(entry.Accepts(option), $"{entry.Name} {option}"));
        });
        Assert.Equal(ParameterEntries.All.Count, ParameterEntries.All.Select(e => e.Name).Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>The page says of some settings that nothing reads them yet. That must be true, of these and of no others.</summary>
    [Fact]
    public void OnlyWhatNothingReads_IsForLater()
    {
        var sources = string.Concat(SourceTree.Files(".cs", ".razor").Where(f => !f.EndsWith("ParameterRegister.cs", StringComparison.Ordinal)).Select(File.ReadAllText));
        foreach (var property in typeof(ParameterRegister).GetProperties().Where(p => p.PropertyType.IsAssignableTo(typeof(ParameterKey))))
        {
            var entry = ParameterEntries.Find(((ParameterKey)property.GetValue(null)!).Name)!;
            var read = sources.Contains($"ParameterRegister.{property.Name}", StringComparison.Ordinal);
            Assert.True(read == (entry.Group != ParameterEntries.Later), $"{entry.Name} is {(read ? "" : "not ")}read, but stands under {entry.Group}.");
        }
    }

    [Fact]
    public void LevelOfACheck_MayBeWhatTheChecksUnderstand()
    {
        foreach (var rule in GoalFilingChecks.Rules)
        {
            var entry = ParameterEntries.Find(ParameterRegister.CheckLevelName(rule.Code))!;
            Assert.All(entry.Options, level =>
            {
                var settings = new RegionParameters(new Dictionary<string, string>(StringComparer.Ordinal) { [entry.Name] = level });
                Assert.Equal(level, ParameterEntries.LevelText(GoalFilingChecks.LevelOf(rule.Code, rule.Level, settings)));
            });
        }
    }
}
