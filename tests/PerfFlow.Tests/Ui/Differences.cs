using FsCheck;
using FsCheck.Fluent;
using PerfFlow.Platform.Ui;
using Xunit;

namespace PerfFlow.Tests.Ui;

/// <summary>The marked difference of two texts.</summary>
public sealed class Differences
{
    [Fact]
    public void NumberChanged_IsMarkedAsAWhole()
    {
        var pieces = TextDiff.Compare("配备 48 名，共 32,400 人", "配备 42 名，共 32,410 人");
        Assert.Equal(
            [
                new(DiffKind.Same, "配备 "), new(DiffKind.Gone, "48"), new(DiffKind.Come, "42"), new(DiffKind.Same, " 名，共 "),
                new(DiffKind.Gone, "32,400"), new(DiffKind.Come, "32,410"), new DiffPiece(DiffKind.Same, " 人"),
            ],
            pieces);
    }

    [Fact]
    public void StrayCharacter_DoesNotSplitAChange() => Assert.Equal(
        [new(DiffKind.Same, "前文"), new(DiffKind.Gone, "甲的乙"), new(DiffKind.Come, "丙的丁"), new DiffPiece(DiffKind.Same, "后文")],
        TextDiff.Compare("前文甲的乙后文", "前文丙的丁后文"));

    [Fact]
    public void BothSides_CanBeReadBackFromTheMarks() => Prop.ForAll(
        ArbMap.Default.ArbFor<string>(),
        ArbMap.Default.ArbFor<string>(),
        (a, b) =>
        {
            var (before, after) = (a ?? "", b ?? "");
            var pieces = TextDiff.Compare(before, after);
            return string.Concat(pieces.Where(p => p.Kind != DiffKind.Come).Select(p => p.Text)) == before
                && string.Concat(pieces.Where(p => p.Kind != DiffKind.Gone).Select(p => p.Text)) == after;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void LongTexts_AreComparedInBoundedTime()
    {
        var before = string.Concat(Enumerable.Range(0, 20000).Select(i => (char)('一' + (i % 3000))));
        var after = string.Concat(before.Reverse());
        Assert.Equal(before, string.Concat(TextDiff.Compare(before, after).Where(p => p.Kind != DiffKind.Come).Select(p => p.Text)));
    }
}
