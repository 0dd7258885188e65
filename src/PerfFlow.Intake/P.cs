namespace PerfFlow.Intake; internal static class Placeholder;
