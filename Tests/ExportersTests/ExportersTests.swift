import Exporters
import Testing
