using PerfFlow.Engine.Layout;

namespace PerfFlow.Engine.Tests.Layout;

/// <summary>The layers of graphs drawn by chance from a seed, and of graphs whose best order is known.</summary>
public class LayingOutGraphs
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void AnyGraph_HasItsStepsInPlacesOfTheirOwn_AndLeadsRight(int seed)
    {
        var (steps, lines) = Random(seed);
        var cells = LayeredLayout.Arrange(steps, lines);

        Assert.Equal(steps, cells.Distinct().Count());
        Assert.All(lines.Where(line => !line.Back), line => Assert.True(cells[line.From].Column < cells[line.To].Column));
        Assert.Equal(cells, LayeredLayout.Arrange(steps, lines));
    }

    [Theory]
    [InlineData("0>1 0>2 1>3 2>4 3>5 4>5")]
    [InlineData("0>1 0>2 0>3 1>6 2>5 3>4")]
    [InlineData("0>2 0>1 1>3 2>4 1>5 2>6")]
    [InlineData("0>1 1>2 2>3 0>3")]
    public void GraphThatCanBeDrawnWithoutCrossings_IsDrawnWithout(string text)
    {
        var lines = text.Split(' ').Select(line => line.Split('>')).Select(ends => (From: ends[0][0] - '0', To: ends[1][0] - '0', Back: false)).ToList();
        var cells = LayeredLayout.Arrange(lines.Max(line => line.To) + 1, lines);

        var neighbours = lines.Where(line => cells[line.To].Column == cells[line.From].Column + 1).ToList();
        Assert.DoesNotContain(
            neighbours.SelectMany((one, i) => neighbours.Skip(i + 1).Select(other => (one, other))),
            pair => cells[pair.one.From].Column == cells[pair.other.From].Column
                && (cells[pair.one.From].Row - cells[pair.other.From].Row) * (cells[pair.one.To].Row - cells[pair.other.To].Row) < 0);
    }

    [Fact]
    public void Chain_IsStraight() => Assert.Single(LayeredLayout.Arrange(5, [(0, 1, false), (1, 2, false), (2, 3, false), (3, 4, false), (3, 1, true)]).Select(cell => cell.Row).Distinct());

    private static (int Steps, List<(int From, int To, bool Back)> Lines) Random(int seed)
    {
        var random = new Random(seed);
        var steps = random.Next(2, 25);
        var ways = Enumerable.Range(0, steps * 2).Select(_ => (From: random.Next(steps), To: random.Next(steps))).Where(way => way.From != way.To).Distinct().ToList();
        var back = Loops.Close(steps, ways);
        return (steps, ways.ConvertAll(way => (way.From, way.To, back.Contains(way))));
    }
}
